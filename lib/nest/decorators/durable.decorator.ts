import { applyDecorators, SetMetadata, UseFilters, UseInterceptors } from '@nestjs/common';
import { DURABLE_METADATA, NestMetadata } from '../durable-execution.constants.js';
import { durableExceptionFilter } from '../pipeline/durable-exception.filter.js';
import { durableInterceptor } from '../pipeline/durable.interceptor.js';
import { DurableCtx, DurableInput } from './durable-params.decorator.js';

export interface DurableOptions {
  /**
   * What `createLambdaHandler({ handler })`, `DURABLE_HANDLER` and clients call the method.
   * @defaultValue `ClassName.methodName`; state a name when a bundler may rename the class
   */
  name?: string;
}

/**
 * Makes a method the body of durable executions: a provider's method is called with the input, a controller's route
 * with the HTTP request that is the input. Guards, interceptors, pipes and filters apply as everywhere in Nest.
 *
 * The method runs again from its start at every invocation, and its durable operations return what they saved. Guards run
 * once per execution: what they put on an HTTP request, such as `user`, is saved as JSON and there again on replay.
 * Interceptors and pipes run at every invocation.
 *
 * Parameters are `@DurableInput()` and `@DurableCtx()`; without any parameter decorator they are these two, in this order.
 *
 * @example
 * ```ts
 * @Durable('fulfil-order')
 * async fulfil(order: Order, context: DurableContext) {
 *   await context.step('reserve stock', () => this.stock.reserve(order));
 * }
 * ```
 */
export function Durable(name: string, options?: Omit<DurableOptions, 'name'>): MethodDecorator;
export function Durable(options?: DurableOptions): MethodDecorator;
export function Durable(nameOrOptions?: string | DurableOptions, rest?: Omit<DurableOptions, 'name'>): MethodDecorator {
  const options = typeof nameOrOptions === 'string' ? { ...rest, name: nameOrOptions } : (nameOrOptions ?? {});
  const enhance = applyDecorators(
    SetMetadata(DURABLE_METADATA, options),
    UseInterceptors(durableInterceptor),
    UseFilters(durableExceptionFilter),
  );
  return (target, key, descriptor) => {
    describeParameters(target, key);
    // Global enhancers of request scope are attached to entry providers only; others would silently run without them.
    Reflect.defineMetadata(NestMetadata.ENTRY_PROVIDER, true, target.constructor);
    enhance(target, key, descriptor);
  };
}

/** Decorators of parameters run before those of their method, so what is absent here was left out. */
function describeParameters(target: object, key: string | symbol): void {
  if (Reflect.hasMetadata(NestMetadata.PARAMETERS, target.constructor, key)) return;
  DurableInput()(target, key, 0);
  DurableCtx()(target, key, 1);
}
