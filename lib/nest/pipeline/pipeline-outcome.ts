import { InvocationError, isUnrecoverableError } from '../../engine/adapter.js';
import { memberOf } from '../../wire/thrown.js';
import {
  failedGlobalGuard,
  failedOwnGuard,
  failedWithoutRequest,
  outageAfterAdmission,
  refusedAfterAdmission,
} from './execution.messages.js';
import { finalFailureOf } from '../errors/final-failure.js';
import { isOutage } from '../errors/outage.js';
import { RefusedAfterAdmissionError } from '../errors/refused-after-admission.js';
import { describeFailure, failureText } from './describe-failure.js';
import type { Stage, Thrown } from './handler-progress.js';
import { isHttpAnswer } from './http-answer.js';
import type { InvocationScope } from './invocation-scope.js';

/**
 * Runs the pipeline of a direct call: its value is the result. Filters observe what it throws; the error stays.
 * @throws the error of the pipeline, whatever filters made of it
 */
export async function outcomeOfCall(scope: InvocationScope, pipeline: () => Promise<unknown>): Promise<unknown> {
  const { progress } = scope;
  let thrown: Thrown | undefined;
  const value = await Promise.race([pipeline(), progress.abandoned]).catch(
    (error: unknown) => void (thrown = { error }),
  );
  const failure = progress.failure ?? thrown;
  await assertReachedBody(scope, { ending: 'the end of its pipeline', failure });
  if (failure) throw describeFailure(failure.error, explanationOf(failure.error, scope));
  return value;
}

/** The remedy, if what was thrown may have needed a request: the body has none either, and its author knows that. */
function explanationOf(error: unknown, { refusingGuard, progress }: InvocationScope): string | undefined {
  if (refusingGuard) {
    const { name, isGlobal } = refusingGuard;
    return isGlobal ? failedGlobalGuard(name) : failedOwnGuard(name);
  }
  const { stage } = progress;
  if (stage === 'body' || memberOf(error, 'name') !== 'TypeError') return undefined;
  return failedWithoutRequest(stage === 'pipes' ? REFUSERS.pipes : 'an interceptor or a provider of request scope');
}

/**
 * Runs a `@LambdaEvent()` method for the event that is the input: no enhancer has changed its ending.
 * @throws the error of the method, as a declared rule decides
 */
export async function outcomeOfEvent(
  { invocation }: InvocationScope,
  method: () => Promise<unknown>,
): Promise<unknown> {
  try {
    return await method();
  } catch (error) {
    throw finalFailureOf(invocation, error)?.error ?? describeFailure(error);
  }
}

/**
 * Runs the router for an HTTP request: its response is the result, once the method and what is around it have ended too.
 * @throws the error of the durable method's pipeline, if the response was 500 or more, or if it came after the response
 */
export async function outcomeOfRequest<R extends { statusCode: number }>(
  scope: InvocationScope,
  router: () => Promise<R>,
): Promise<R> {
  const { progress } = scope;
  const response = await Promise.race([router(), progress.abandoned]);
  const { statusCode } = response;
  // A refusal or a redirection is the end of a request; any other response may be the first thing that is done for it.
  const isEnd = statusCode >= 300 && !progress.hasStarted;
  if (!isEnd) await progress.pipelineIdle();
  const { lateFailure, outerFailure, stage } = progress;
  await assertReachedBody(scope, { ending: `a response of ${statusCode}`, failure: progress.failure ?? outerFailure });
  if (lateFailure && !isEnd) throw describeFailure(lateFailure.error);
  // Fastify writes the method's result after its pipeline, and filters do not see what fails there.
  const failure = progress.failure ?? (stage === 'body' ? outerFailure : undefined);
  if (failure && statusCode >= 500 && !isHttpAnswer(failure.error)) throw failure.error;
  return response;
}

/** What may have ended a pipeline before the body, by how far the invocation has come. */
const REFUSERS: Readonly<Record<Exclude<Stage, 'body'>, string>> = {
  guards: 'middleware, the router, `admission.restore`, a provider of request scope or an interceptor',
  interceptors: 'an interceptor',
  pipes: 'a pipe or a parameter decorator',
};

/** How a pipeline has ended. */
interface PipelineEnding {
  /** For messages. */
  ending: string;
  failure: Thrown | undefined;
}

/**
 * An admitted execution that ends before the body of its method, and before what is recorded, has taken another path
 * than the first invocation: a refusal fails it. If everything that is recorded was reached, by guards and pipes, the
 * first invocation has ended here as well, but its response was lost.
 *
 * After an outage, the next invocation may take the path of the first: it repeats what comes before the body anyway.
 */
async function assertReachedBody(
  { invocation, admission, progress }: InvocationScope,
  end: PipelineEnding,
): Promise<void> {
  if (!admission.isAdmitted || progress.stage === 'body') return;
  const { ending, failure } = end;
  const who = REFUSERS[progress.stage];
  const cause = failure?.error;
  // The filter of the method does not see what middleware throws.
  if (isUnrecoverableError(cause)) throw cause;
  const reason = cause === undefined ? undefined : failureText(cause);
  if (failure && (await isOutage(invocation, cause)))
    throw new InvocationError(outageAfterAdmission(who, ending, reason), { cause });
  if (!invocation.isReplaying) return;
  throw new RefusedAfterAdmissionError(refusedAfterAdmission(who, ending, reason), { cause });
}
