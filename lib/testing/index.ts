export { DurableTest } from './nest/durable-test.js';
export type { DurableTestOptions } from './nest/durable-test.js';
export { DurableTestBuilder } from './nest/durable-test.js';
export type { Override } from './nest/durable-test.js';
export { stepName } from './nest/step-method.js';
export type { Host, StepBody, StepMethod, StepResult } from './nest/step-method.js';
export type { RequestOptions, TestResponse } from './nest/http-request.js';
export { DurableHandlerTest } from './durable-handler-test.js';
export { DurableTestKit } from './durable-test-kit.js';
export type { KitOptions, TestStartOptions } from './durable-test-kit.js';

export { CloudTest } from './cloud/cloud-test.js';
export type { CloudTestOptions } from './cloud/cloud-test.js';
export { CloudRun } from './cloud/cloud-run.js';

export { DurableRun } from './run/durable-run.js';
export type { RunOutcome } from './run/durable-run.js';
export { DurableRunError } from './run/durable-run-error.js';
export type { LogRecord } from './run/log-record.js';
export { OperationView } from './run/operation-view.js';
export type { RunPoint } from './run/run-point.js';
export type { MockReply, TestHandler } from './service/test-functions.js';
export type { StubBody } from './stubs/step-stubs.js';
export type { LengthOfTime } from './time/length-of-time.js';

export { SurvivalError } from './crash/survival-error.js';
export type { Disturbance, SweepOptions, SweepReport } from './crash/survives-every-crash.js';
export type { FailureSweepOptions, FailureSweepReport } from './failures/handles-every-failure.js';
export { UnhandledFailureError } from './failures/unhandled-failure-error.js';
export type { DeterminismFinding } from './determinism/determinism-guard.js';
export { replayHistory } from './history/replay-history.js';
export type { ReplayOptions, ReplayReport } from './history/replay-history.js';
export type { ReplayFinding } from './history/findings.js';
export type { RecordedHistory } from './history/read-history.js';
export type { RecordedEvent } from './history/operations-of-history.js';

export { durableMatchers } from './matchers/durable-matchers.js';
export type { InspectedRun, MatcherResult } from './matchers/durable-matchers.js';
export type { ExpectedFailure } from './matchers/expected-failure.js';
export type { DurableMatchers } from './matchers/matcher-types.js';
