import { type RunningAttempt, runInFrame } from '../context/call-frame.js';
import type { AttemptNext, EnterNext, OperationWitness } from '../scope.js';
import { AttemptContext } from './attempt-context.js';
import type { OperationCall } from './operation-call.js';

/** Whose body runs. */
interface BodyOf {
  readonly call: OperationCall<unknown>;
  /** Absent when no plugin is configured. */
  readonly witness: OperationWitness | undefined;
}

/** The body of an attempt, in its frame and between the hooks of plugins, and what it is given. */
export function attemptBody(
  { call, witness }: BodyOf,
  { number, isNew, body }: AttemptNext<unknown>,
): { run: () => unknown; given: AttemptContext } {
  const { context } = call;
  const { invocation } = context;
  const attempt: RunningAttempt = { operation: call, number };
  const frame = { invocation, context, attempt };
  const given = (attempt.context = new AttemptContext(frame));
  const run = () => runInFrame(frame, () => body(given));
  return { run: witness ? () => witness.attempt({ number, isNew }, async () => run()) : run, given };
}

/** The body of a context, likewise. The context finishes with it, also where a plugin goes on around it. */
export function contextBody({ witness }: BodyOf, { child, isNew, body }: EnterNext<unknown>): () => unknown {
  const { invocation } = child;
  const { deliveries } = invocation;
  const run = () => runInFrame({ invocation, context: child }, () => body(child));
  if (!witness) return run;
  return () => {
    // Which end comes next is known when the body has made its calls.
    deliveries.hold();
    return witness.enter({ isNew, child }, async () => {
      const running = (async () => run())();
      deliveries.release();
      try {
        return await running;
      } finally {
        child.finish();
      }
    });
  };
}
