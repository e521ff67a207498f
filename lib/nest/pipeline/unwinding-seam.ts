import type { ExternalContextCreator } from '@nestjs/core';
import { finalize, isObservable } from 'rxjs';
import type { HandlerMethod } from '../discovery/discovered-handler.js';
import { durableOptionsOf } from '../discovery/method-marks.js';
import { currentScope } from './current-scope.js';
import { replaceMethod } from './replace-method.js';
import { untilSettled } from './until-settled.js';

const SEAM = Symbol.for('nestjs-durable-execution:unwinding-seam');

type Intercept = (
  this: unknown,
  ...call: [interceptors: unknown, args: unknown, instance: unknown, callback: HandlerMethod, ...rest: unknown[]]
) => Promise<unknown>;

/**
 * When an invocation ends, code around a handler that still waits must let go of what it holds. So the whole chain of
 * interceptors is unsubscribed from: `finalize` runs, timers of `timeout` are cleared, and no operator takes the
 * suspension for an end. Nest's router, and instrumentation around it, then hear nothing more, as of a handler that
 * waits.
 *
 * A version of Nest without the method is not changed: no outcome depends on this.
 */
export function installUnwindingSeam(contexts: ExternalContextCreator): void {
  const { interceptorsConsumer } = contexts as unknown as { interceptorsConsumer?: object };
  const prototype = interceptorsConsumer && (Object.getPrototypeOf(interceptorsConsumer) as object);
  replaceMethod(prototype, { method: 'intercept', mark: SEAM }, unwindingAfter);
}

function unwindingAfter(intercept: Intercept): Intercept {
  return function (...call) {
    const scope = currentScope();
    if (!scope || !durableOptionsOf(call[3])) return intercept.apply(this, call);
    const { invocation, progress } = scope;
    progress.approaches();
    const unwinding = (stream: unknown): unknown =>
      isObservable(stream) ? untilSettled(stream, invocation).pipe(finalize(() => progress.approachEnded())) : stream;
    return intercept.apply(this, call).then(unwinding);
  };
}
