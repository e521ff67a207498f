import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { defer, from, type Observable, takeUntil, tap } from 'rxjs';
import { notDurableError } from '../errors/not-durable.exception.js';
import { InvocationScope } from './invocation-scope.js';

/**
 * Ends the pipeline when the invocation ends: a handler that waits for days never returns, and interceptors around it
 * must unwind all the same. They see a stream that completes without a value, never an error they might recover from.
 *
 * Stateless, and applied by `@Durable()` as an instance: Nest skips class-based enhancers of controllers on the direct
 * route (nestjs/nest#11272).
 */
export class DurableInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const scope = InvocationScope.current();
    if (!scope) throw notDurableError(context);
    return handlerOf(scope, next).pipe(takeUntil(from(scope.invocation.settled)));
  }
}

export const durableInterceptor = new DurableInterceptor();

/** Deferred, so that an interceptor that subscribes again (`retry`) starts from no value. */
function handlerOf(scope: InvocationScope, next: CallHandler): Observable<unknown> {
  return defer(() => {
    let value: unknown;
    scope.handlerStarts();
    return next.handle().pipe(
      tap({
        next: (emitted) => (value = emitted),
        complete: () => scope.handlerReturned(value),
        error: (error: unknown) => scope.handlerThrew(error),
      }),
    );
  });
}
