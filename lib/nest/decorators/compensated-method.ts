import { isObservable, Observable } from 'rxjs';
import type { Compensation } from '../compensation/compensation.js';
import type { DurableOptions } from './durable-options.js';

interface Compensated {
  compensation: Compensation;
  options: DurableOptions;
}

/**
 * Calls a durable method. If it fails permanently, or should stop, what it returns fails when everything is undone: a
 * promise, a stream, or a promise of one.
 */
export function compensated(method: () => unknown, by: Compensated): unknown {
  try {
    const running = method();
    if (!isPromiseLike(running)) return streamed(running, by);
    return by.compensation.around(running, by.options).then((value) => streamed(value, by));
  } catch (error) {
    // Steps may have started that nothing awaits.
    if (by.compensation.isNeeded) return by.compensation.around(Promise.reject(error), {});
    throw error;
  }
}

/** A stream's values pass, and its end waits; any other value is the same. */
function streamed(value: unknown, { compensation, options }: Compensated): unknown {
  if (!isObservable(value)) return value;
  return new Observable((subscriber) => {
    const ended = new Promise<void>((resolve, reject) => {
      const next = (item: unknown) => subscriber.next(item);
      subscriber.add(value.subscribe({ next, error: reject, complete: resolve }));
    });
    const failed = (error: unknown) => subscriber.error(error);
    void compensation.around(ended, options).then(() => subscriber.complete(), failed);
  });
}

function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as Partial<PromiseLike<unknown>> | null | undefined)?.then === 'function';
}
