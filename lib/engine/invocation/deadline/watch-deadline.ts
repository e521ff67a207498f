import { systemClock } from '../../base/clock.js';
import type { EngineConfig } from '../engine-config.js';
import { remainingMsOf } from '../../../wire/remaining-time.js';
import type { LambdaContext } from '../../base/lambda-context.js';
import { type DecisionSubject, report } from '../../context/logging/decision-log.js';
import { JsonLogger } from '../../context/logging/json-logger.js';
import type { ExecutionState } from '../../state/execution-state.js';
import type { AwaitedCall } from './awaited-call.js';
import { DeadlineWatch } from './deadline-watch.js';
import type { RunningBodies, RunningBody } from './running-bodies.js';

/** The maximum number of bodies that a warning names. */
const MOST_NAMES = 5;

/** The watched part of an invocation: at first only its state, which is being read. */
export interface Watched {
  readonly state: ExecutionState;
  invocation?: { readonly checkpointer: { readonly awaited: AwaitedCall | undefined }; readonly bodies: RunningBodies };
}

/** Watches the deadline of one Lambda invocation, until it is stopped. */
export function watchDeadline(
  watched: Watched,
  lambdaContext: LambdaContext,
  { clock = systemClock, logger, executionArn }: Pick<EngineConfig, 'clock' | 'logger'> & { executionArn: string },
): DeadlineWatch {
  const subject = { executionArn, requestId: lambdaContext.awsRequestId };
  return new DeadlineWatch({
    clock,
    remainingMs: () => remainingMsOf(lambdaContext),
    awaitedCall: () => watched.state.awaited ?? watched.invocation?.checkpointer.awaited,
    busyBodies: () => watched.invocation?.bodies.busy ?? [],
    warn: (busy, leftMs) => report(logger ?? new JsonLogger(), 'warn', warningOf(busy, leftMs, subject)),
  });
}

function warningOf(busy: readonly RunningBody[], leftMs: number, subject: DecisionSubject): Record<string, unknown> {
  const running = busy.slice(0, MOST_NAMES).map(({ label }) => label);
  const soon = `Lambda ends this invocation in ${Math.round(leftMs)} ms`;
  if (running.length === 0) {
    const message = `${soon}, and it is unknown what it waits for: a plugin, a hook, a serdes or the transport may hang.`;
    return { message, ...subject };
  }
  const others = busy.length > running.length ? ` and ${busy.length - running.length} more` : '';
  const message =
    `${soon}, while user code still runs: ${running.join(', ')}${others}. Lambda cuts it off then, and the next invocation ` +
    'repeats it. Give the function more time (its Timeout), or divide the long work into several steps.';
  return { message, ...subject, running };
}
