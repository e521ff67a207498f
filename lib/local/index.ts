export type { Cancel, ScheduleOptions, ServiceClock, TimerKind } from './clock/clock.js';
export { ManualClock } from './clock/manual-clock.js';
export { RealClock } from './clock/real-clock.js';
export { SkipClock } from './clock/skip-clock.js';
export type { DurableFunctionConfig } from './core/durable-function-config.js';
export type { LocalLimits } from './core/limits.js';
export type { InvocationRetryPolicy } from './core/retry-policy.js';
export type { FunctionSpec, FunctionSpecs } from './function-spec.js';
export type { BootFailure } from './functions/boot-failure.js';
export type {
  FunctionDefinition,
  FunctionInvocation,
  FunctionResult,
  FunctionRuntime,
  QueuedInvocation,
} from './functions/function-runtime.js';
export { InProcessFunctions } from './functions/in-process-functions.js';
export type { InProcessContext, InProcessHandler } from './functions/in-process-functions.js';
export type { ApiCall, CallLog } from './http/call-log.js';
export type { FaultKind, FaultRule } from './http/fault.js';
export type { Faults, PlannedFault } from './http/faults.js';
export { ApiName } from './http/router.js';
export type { HistoryEventForm } from './http/wire-form.js';
export type { CheckpointListener, HistoryListener, LocalService } from './local-service.js';
export type { LocalServiceOptions } from './local-service-options.js';
export { startLocalService } from './start-local-service.js';
export { WorkerFunctions } from './functions/worker-functions.js';
export type { WorkerFunctionsOptions } from './functions/worker-functions-options.js';
export type { WorkerFunctionDefinition } from './functions/worker-function-definition.js';
export type { WorkerLogLine } from './functions/worker.js';
export { defineConfig } from './functions/config/local-service-config.js';
export type { FunctionConfig, LocalServiceConfig } from './functions/config/local-service-config.js';
export { renderTimeline } from './cli/timeline/render-timeline.js';
export type { RenderTimelineOptions } from './cli/timeline/render-timeline.js';
export type { TimelineEvent } from './cli/timeline/timeline-event.js';
