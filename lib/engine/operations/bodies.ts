import { runInFrame } from '../context/call-frame.js';
import { ContextLogger } from '../context/logging/context-logger.js';
import type { AttemptNext, EnterNext, OperationWitness } from '../scope.js';
import type { OperationCall } from './operation-call.js';

/** Whose body runs. */
interface BodyOf {
  readonly call: OperationCall<unknown>;
  /** Absent when no plugin is configured. */
  readonly witness: OperationWitness | undefined;
}

/** The body of an attempt, in its frame and between the hooks of plugins. */
export function attemptBody({ call, witness }: BodyOf, { number, isNew, body }: AttemptNext<unknown>): () => unknown {
  const { context } = call;
  const { invocation } = context;
  const frame = { invocation, context, attempt: { operation: call, number } };
  const stepContext = { attempt: number, logger: new ContextLogger(frame) };
  const run = () => runInFrame(frame, () => body(stepContext));
  return witness ? () => witness.attempt({ number, isNew }, async () => run()) : run;
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
