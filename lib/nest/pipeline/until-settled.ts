import { Observable, takeWhile } from 'rxjs';
import type { DurableInvocation } from '../../engine/invocation/durable-invocation.js';

/**
 * The same stream until the invocation ends. Then it is unsubscribed from, and nothing follows: no value, no error and
 * no end. A suspended handler continues later, so code around it must not take the suspension for an end.
 */
export function untilSettled<T>(stream: Observable<T>, { settled }: Pick<DurableInvocation, 'settled'>): Observable<T> {
  return new Observable((subscriber) => {
    // A stream that emits synchronously does so before its subscription is known.
    const subscription = stream.pipe(takeWhile(() => !subscriber.closed)).subscribe({
      next: (value) => subscriber.next(value),
      error: (error: unknown) => subscriber.error(error),
      complete: () => subscriber.complete(),
    });
    void settled.then(() => subscription.unsubscribe());
    return subscription;
  });
}
