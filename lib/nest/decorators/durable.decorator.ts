import { applyDecorators, UseFilters, UseInterceptors } from '@nestjs/common';
import type { HandlerMethod } from '../discovery/discovered-handler.js';
import { durableMarkOf, markMethod } from '../discovery/method-marks.js';
import { DURABLE_METADATA, NestMetadata } from '../durable-execution.constants.js';
import { durableTwice } from './decorators.messages.js';
import type { OptionTypes } from '../errors/assert-options.js';
import { DurableConfigurationError } from '../errors/durable-configuration-error.js';
import { durableExceptionFilter } from '../pipeline/durable-exception.filter.js';
import { durableInterceptor } from '../pipeline/durable.interceptor.js';
import { currentScope } from '../pipeline/current-scope.js';
import { type RouteMethod, watchingNext } from '../pipeline/watch-next.js';
import { compensated } from './compensated-method.js';
import { decoratedMethod, placeOfMember } from './decorated-method.js';
import { describeParameters } from './describe-parameters.js';
import { inPlaceOf } from './carried-metadata.js';
import type { DurableMark, DurableOptions } from './durable-options.js';
import { DurableCtx, DurableInput } from './durable-params.decorator.js';
import { namedOptions } from './named-options.js';

const OPTIONS: OptionTypes<DurableOptions> = {
  admission: 'object or false',
  errors: 'array',
  maxFailedInvocations: '',
  name: 'string',
  stoppable: 'boolean',
};

/**
 * Makes a method the body of durable executions: a provider's method is called with the input, a controller's route
 * with the HTTP request that is the input. Guards, interceptors, pipes and filters apply as everywhere in Nest.
 *
 * The method runs again from its start in every invocation, and its durable operations return their saved results.
 * Enhancers run in every invocation too. Guards decide until the execution has saved its first operation. Afterwards a
 * refusal is ignored, and what the guards had put on the request, such as `user`, is restored.
 *
 * Parameters are `@DurableInput()` and `@DurableCtx()`; without any parameter decorator they are these two, in this
 * order.
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
  const options = namedOptions('@Durable()', [nameOrOptions ?? {}, rest], OPTIONS);
  const enhance = applyDecorators(UseInterceptors(durableInterceptor), UseFilters(durableExceptionFilter));
  return (target, key, descriptor) => {
    const plain = decoratedMethod<HandlerMethod>('@Durable()', { target, key, descriptor: descriptor as never });
    if (durableMarkOf(plain, target, String(key)))
      throw new DurableConfigurationError(durableTwice(placeOfMember(target, key)));
    describeParameters({ target, key }, [DurableInput(), DurableCtx()]);
    // Global enhancers of request scope are attached only to entry providers; other providers would silently run
    // without them.
    Reflect.defineMetadata(NestMetadata.ENTRY_PROVIDER, true, target.constructor);
    const method = noticed(plain, { host: target.constructor, name: key }, options);
    descriptor.value = method as unknown as typeof descriptor.value;
    const mark: DurableMark = { ...options, decorated: method };
    markMethod(DURABLE_METADATA, mark, { target, name: key, method });
    enhance(target, key, descriptor);
  };
}

/** The same method; it tells the invocation that its body starts, and passes on errors of `next(error)`. */
function noticed(method: HandlerMethod, place: RouteMethod, options: DurableOptions): HandlerMethod {
  return inPlaceOf(method, function (this: unknown, ...args: never[]): unknown {
    const scope = currentScope();
    if (!scope) return method.apply(this, args);
    scope.progress.bodyStarts();
    const own = scope.route === 'http' ? watchingNext(args, place, scope) : args;
    return compensated(() => method.apply(this, own), { scope, options });
  });
}
