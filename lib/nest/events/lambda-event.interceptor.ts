import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { type Observable, tap } from 'rxjs';
import { shared } from '../../process-state.js';
import { EventArguments } from './event-arguments.js';

/** Innermost around a `@LambdaEvent()` method. Stateless, and applied as an instance. */
class LambdaEventInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const call = EventArguments.in(context.getArgs());
    return next.handle().pipe(
      tap({
        next: (value) => call?.note({ value }),
        error: (error: unknown) => call?.note({ error }),
      }),
    );
  }
}

export const lambdaEventInterceptor = shared('event-interceptor', () => new LambdaEventInterceptor());
