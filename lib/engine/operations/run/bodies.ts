import { DurablePromise } from '../../base/durable-promise.js';
import { isUnrecoverableError } from '../../base/errors/recognise.js';
import { type RunningAttempt, runInFrame } from '../../context/call-frame.js';
import type { RunningBody } from '../../invocation/deadline/running-bodies.js';
import type { AttemptNext, EnterNext } from '../../scope.js';
import { AttemptContext } from '../attempt-context.js';
import { assertUnrecorded } from '../replay-check.js';
import type { Running } from './running.js';

/** A body that is to run. Few objects are made around it: a map runs thousands. */
interface Body {
  /** As whose body it is known while it runs. */
  readonly who: RunningBody;
  /** Finishes before anything else when the body has ended, unless it was left: nothing follows from such an end. */
  readonly given: { finish(): void; readonly isLeft?: boolean };
  /** The result of the body, and what comes next. */
  readonly next: Pick<AttemptNext<unknown>, 'ended' | 'failed'>;
}

/** Runs the body of an attempt, in its frame and between the hooks of plugins. */
export function runAttempt(run: Running, next: AttemptNext<unknown>): void {
  run.busy();
  if (next.isNew) recordStart(run);
  const { call, observer } = run;
  const { number, isNew, body } = next;
  const { context } = call;
  const { invocation } = context;
  const attempt: RunningAttempt = { operation: call, number };
  const frame = { invocation, context, attempt };
  const given = (attempt.context = new AttemptContext(frame));
  runToEnd(run, { who: call, given, next }, () =>
    observer
      ? observer.attempt({ number, isNew }, async () => runInFrame(frame, body, given))
      : runInFrame(frame, body, given),
  );
}

/** Runs the body of a context, likewise. What still runs below when it has ended must not record into it any more. */
export function enterContext(run: Running, next: EnterNext<unknown>): void {
  const { child, isNew } = next;
  if (isNew) recordStart(run);
  child.whenNextIsKnown(() => child.invocation.nestedStarts.begin(() => run.goOn(() => runContext(run, next))));
}

function runContext(run: Running, next: EnterNext<unknown>): undefined {
  const { child, body } = next;
  assertUnrecorded(run.call);
  const frame = { invocation: child.invocation, context: child };
  const framed = () => runInFrame(frame, body, child);
  runToEnd(run, { who: child, given: child, next }, run.observer ? () => observed(run, next, framed) : framed);
}

/**
 * The context finishes with its body, even if a plugin continues around it; not if it was left. Its end comes when the
 * plugin has ended as well: unless that is yet to be recorded, no other end may come before it.
 */
function observed({ call, observer }: Running, { child, isNew }: EnterNext<unknown>, body: () => unknown) {
  const { deliveries } = child.invocation;
  let isHeld = true;
  const release = () => {
    if (isHeld) deliveries.release();
    isHeld = false;
  };
  // Which end comes next is known when the body has made its calls.
  deliveries.hold();
  const entered = observer!.enter({ isNew, child }, async () => {
    const running = (async () => body())();
    release();
    try {
      return await running;
    } finally {
      if (!child.isLeft) child.finish();
      if (call.endsOffRecord) {
        isHeld = true;
        deliveries.hold();
      }
    }
  });
  return entered.finally(release);
}

function recordStart({ call }: Running): void {
  call.context.invocation.checkpointer.enqueue(call.update('START'));
}

/** Runs a body, and continues with its result. It may throw synchronously, and need not return a promise. */
function runToEnd(run: Running, { who, given, next }: Body, body: () => unknown): void {
  const { bodies } = run.call.context.invocation;
  bodies.begun(who);
  let running: PromiseLike<unknown>;
  try {
    const returned = body();
    // It may be unreadable, as a revoked proxy is, or not what it seems, as a proxy of a promise is.
    running = returned instanceof DurablePromise ? returned : Promise.resolve(returned);
  } catch (thrown) {
    running = Promise.reject(thrown);
  }
  running.then(
    (value) => {
      bodies.ended(who);
      if (given.isLeft) return;
      run.goOn(() => (given.finish(), next.ended(value as never)));
    },
    (thrown: unknown) => {
      bodies.ended(who);
      if (given.isLeft) return;
      run.goOn(() => {
        if (isUnrecoverableError(thrown)) throw thrown;
        return (given.finish(), next.failed(thrown));
      });
    },
  );
}
