import { AsyncLocalStorage } from 'node:async_hooks';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { type Observable, tap } from 'rxjs';

/** What a `@LambdaEvent()` method itself returned or threw, whatever interceptors made of it. */
export class HandlerEnding {
  static readonly #storage = new AsyncLocalStorage<HandlerEnding>();
  #ending: { value: unknown } | { error: unknown } | undefined;

  /** Runs a pipeline; its own value counts only when the method was never called. */
  async of(pipeline: () => Promise<unknown>): Promise<unknown> {
    const value = await HandlerEnding.#storage.run(this, pipeline);
    if (!this.#ending) return value;
    if ('error' in this.#ending) throw this.#ending.error;
    return this.#ending.value;
  }

  static note(ending: { value: unknown } | { error: unknown }): void {
    const current = HandlerEnding.#storage.getStore();
    if (current) current.#ending = ending;
  }
}

/** Innermost around a `@LambdaEvent()` method. Stateless, and applied as an instance. */
class LambdaEventInterceptor implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(
      tap({
        next: (value) => HandlerEnding.note({ value }),
        error: (error: unknown) => HandlerEnding.note({ error }),
      }),
    );
  }
}

export const lambdaEventInterceptor = new LambdaEventInterceptor();
