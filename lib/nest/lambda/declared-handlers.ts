import type { INestApplicationContext } from '@nestjs/common';
import { shared } from '../../process-state.js';
import type { RootModule } from './boot-application.js';

/** The options of a handler that `createLambdaHandler()` has created. */
export interface DeclaredHandler {
  application: RootModule | INestApplicationContext;
  /** The `@Durable()` method for inputs that name none. */
  handler: string | undefined;
  /** The `@Durable()` methods that it runs; absent: all. */
  handlers: readonly string[] | undefined;
  servesHttp: boolean;
}

const declared = shared('declared-handlers', () => new WeakMap<object, DeclaredHandler>());

export function declareHandler(handler: object, declaration: DeclaredHandler): void {
  declared.set(handler, declaration);
}

/** The options of an export of a function's file; `undefined` for one that `createLambdaHandler()` has not created. */
export function declaredHandlerOf(exported: unknown): DeclaredHandler | undefined {
  return typeof exported === 'function' ? declared.get(exported) : undefined;
}
