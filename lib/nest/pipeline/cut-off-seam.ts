import type { ExternalContextCreator } from '@nestjs/core';
import { isObservable, Observable } from 'rxjs';
import type { HandlerMethod } from '../discovery/discovered-handler.js';
import { durableOptionsOf } from '../discovery/method-marks.js';
import type { HandlerProgress } from './handler-progress.js';
import { InvocationScope } from './invocation-scope.js';

const SEAM = Symbol.for('nestjs-durable-execution:cut-off-seam');

type Intercept = (
  this: unknown,
  ...call: [interceptors: unknown, args: unknown, instance: unknown, callback: HandlerMethod, ...rest: unknown[]]
) => Promise<unknown>;

interface InterceptorsConsumerPrototype {
  intercept?: Intercept;
  [SEAM]?: true;
}

/**
 * A handler that the end of its invocation cuts off has no result. Nest's router would take that for an error. Only
 * instrumentation around the router would see it: each suspension would be an error span. So code outside all
 * interceptors receives nothing more, as from a handler that waits.
 *
 * A version of Nest without the method is not changed: no outcome depends on this.
 */
export function installCutOffSeam(contexts: ExternalContextCreator): void {
  const { interceptorsConsumer } = contexts as unknown as { interceptorsConsumer?: object };
  const prototype =
    interceptorsConsumer && (Object.getPrototypeOf(interceptorsConsumer) as InterceptorsConsumerPrototype);
  const intercept = prototype?.intercept;
  if (!prototype || typeof intercept !== 'function' || prototype[SEAM]) return;
  const seam: Intercept = function (...call) {
    const result = intercept.apply(this, call);
    const scope = InvocationScope.current();
    if (scope?.route !== 'http' || !durableOptionsOf(call[3])) return result;
    const { progress } = scope;
    return result.then((stream) => (isObservable(stream) ? untilCutOff(stream, progress) : stream));
  };
  prototype.intercept = Object.defineProperty(seam, 'length', { value: intercept.length });
  Object.defineProperty(prototype, SEAM, { value: true });
}

/** The same stream; its end is not passed on once the handler was cut off. */
function untilCutOff<T>(stream: Observable<T>, progress: HandlerProgress): Observable<T> {
  return new Observable((subscriber) =>
    stream.subscribe({
      next: (value) => subscriber.next(value),
      error: (error: unknown) => {
        if (!progress.isCutOff) subscriber.error(error);
      },
      complete: () => {
        if (!progress.isCutOff) subscriber.complete();
      },
    }),
  );
}
