import type { INestApplicationContext } from '@nestjs/common';
import { shared } from '../../process-state.js';
import type { RootModule } from './boot-application.js';

/** What `createLambdaHandler()` was told about a handler that it has made. */
export interface DeclaredHandler {
  application: RootModule | INestApplicationContext;
  /** The `@Durable()` method of inputs that name none. */
  handler: string | undefined;
  /** The `@Durable()` methods that it runs; absent: all. */
  handlers: readonly string[] | undefined;
  servesHttp: boolean;
}

const declared = shared('declared-handlers', () => new WeakMap<object, DeclaredHandler>());

export function declareHandler(handler: object, declaration: DeclaredHandler): void {
  declared.set(handler, declaration);
}

/** What is known of an export of a function's file; `undefined` for one that `createLambdaHandler()` has not made. */
export function declaredHandlerOf(exported: unknown): DeclaredHandler | undefined {
  return typeof exported === 'function' ? declared.get(exported) : undefined;
}
