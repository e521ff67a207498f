import { isObservable, Observable } from 'rxjs';
import { isPromiseLike } from '../is-promise-like.js';
import type { InvocationScope } from '../pipeline/invocation-scope.js';
import type { DurableOptions } from './durable-options.js';

interface Compensated {
  scope: InvocationScope;
  options: DurableOptions;
}

/**
 * Calls a durable method. If it fails permanently, or should stop, what it returns fails when everything is undone: a
 * promise, a stream, or a promise of one.
 */
export function compensated(method: () => unknown, by: Compensated): unknown {
  const { compensation, invocation } = by.scope;
  try {
    const running = invocation.inHandler(method);
    if (!isPromiseLike(running)) return streamed(running, by);
    // Not every object with a `then()` returns a promise from it.
    return compensation.around(Promise.resolve(running), by.options).then((value) => streamed(value, by));
  } catch (error) {
    // Steps may have started that nothing awaits.
    if (compensation.isNeeded) return compensation.around(Promise.reject(error), {});
    throw error;
  }
}

/** A stream's values pass, and its end waits; any other value is the same. What it runs is the method's own code. */
function streamed(value: unknown, { scope: { compensation, invocation }, options }: Compensated): unknown {
  if (!isObservable(value)) return value;
  return new Observable((subscriber) => {
    const ended = new Promise<void>((resolve, reject) => {
      const next = invocation.aroundHandler((item: unknown) => subscriber.next(item));
      const subscribe = () => value.subscribe({ next, error: reject, complete: resolve });
      subscriber.add(invocation.inHandler(subscribe));
      // An interceptor that fails ends the stream, also before it has come to what is recorded.
      subscriber.add(() => invocation.failureAround.codeEnded());
    });
    const failed = (error: unknown) => subscriber.error(error);
    void compensation.around(ended, options).then(() => subscriber.complete(), failed);
  });
}
