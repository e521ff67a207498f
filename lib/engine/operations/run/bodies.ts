import { DurablePromise } from '../../base/durable-promise.js';
import { isUnrecoverableError } from '../../base/errors/recognise.js';
import { type RunningAttempt, runInFrame } from '../../context/call-frame.js';
import type { RunningBody } from '../../invocation/border/running-bodies.js';
import type { AttemptNext, EnterNext } from '../../scope.js';
import { AttemptContext } from '../attempt-context.js';
import type { Running } from './running.js';

/** What a body comes to, and what is next then. */
type BodyEnds = Pick<AttemptNext<unknown>, 'ended' | 'failed'>;

export function runAttempt(run: Running, next: AttemptNext<unknown>): void {
  run.busy();
  if (next.isNew) recordStart(run);
  const { body, given } = attemptBody(run, next);
  runToEnd(run, run.call, {
    body,
    ended: (value) => (given.end(), next.ended(value)),
    failed: (thrown) => (given.end(), next.failed(thrown)),
  });
}

/** The body of an attempt, in its frame and between the hooks of plugins, and what it is given. */
function attemptBody({ call, witness }: Running, { number, isNew, body }: AttemptNext<unknown>) {
  const { context } = call;
  const { invocation } = context;
  const attempt: RunningAttempt = { operation: call, number };
  const frame = { invocation, context, attempt };
  const given = (attempt.context = new AttemptContext(frame));
  const framed = () => runInFrame(frame, () => body(given));
  return { body: witness ? () => witness.attempt({ number, isNew }, async () => framed()) : framed, given };
}

export function enterContext(run: Running, next: EnterNext<unknown>): void {
  const { child, isNew } = next;
  if (isNew) recordStart(run);
  const { nestedStarts } = child.invocation;
  // The context finishes before anything else: what still runs below must not record into one that has returned.
  const ends = {
    body: contextBody(run, next),
    ended: (value: never) => (child.finish(), next.ended(value)),
    failed: (thrown: unknown) => (child.finish(), next.failed(thrown)),
  };
  child.whenNextIsKnown(() => nestedStarts.begin(() => runToEnd(run, child, ends)));
}

/** The body of a context, likewise. The context finishes with it, also where a plugin goes on around it. */
function contextBody({ witness }: Running, { child, isNew, body }: EnterNext<unknown>): () => unknown {
  const { invocation } = child;
  const { deliveries } = invocation;
  const framed = () => runInFrame({ invocation, context: child }, () => body(child));
  if (!witness) return framed;
  return () => {
    // Which end comes next is known when the body has made its calls.
    deliveries.hold();
    return witness.enter({ isNew, child }, async () => {
      const running = (async () => framed())();
      deliveries.release();
      try {
        return await running;
      } finally {
        child.finish();
      }
    });
  };
}

function recordStart({ call }: Running): void {
  call.context.invocation.checkpointer.enqueue(call.update('START'));
}

/** Runs a body, and goes on with how it ends. It may throw at once, and what it returns need not be a promise. */
function runToEnd(run: Running, who: RunningBody, { body, ended, failed }: BodyEnds & { body: () => unknown }): void {
  const { bodies } = run.call.context.invocation;
  bodies.begun(who);
  let running: unknown;
  try {
    running = body();
  } catch (thrown) {
    running = Promise.reject(thrown);
  }
  (isPromise(running) ? running : Promise.resolve(running)).then(
    (value) => {
      bodies.ended(who);
      run.goOn(() => ended(value as never));
    },
    (thrown: unknown) => {
      bodies.ended(who);
      run.goOn(() => {
        if (isUnrecoverableError(thrown)) throw thrown;
        return failed(thrown);
      });
    },
  );
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return value instanceof Promise || value instanceof DurablePromise;
}
