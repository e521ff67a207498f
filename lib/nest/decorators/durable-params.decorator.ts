import { Body, createParamDecorator } from '@nestjs/common';
import { requireDurableContext } from '../pipeline/ambient-durable-context.js';
import { unconverted } from './unconverted.js';

/**
 * The input of the execution; on an HTTP route the body of the request. It accepts what Nest's `@Body()` accepts: the
 * name of a property, pipes, and in Nest 12 a standard schema. Validation pipes treat it as a body.
 *
 * @example
 * ```ts
 * fulfil(@DurableInput() order: OrderDto, @DurableCtx() context: DurableContext) {}
 * ```
 */
export const DurableInput: typeof Body = Body;

/**
 * The durable context of the execution.
 * @example
 * ```ts
 * place(@Body() order: OrderDto, @DurableCtx() context: DurableContext) {}
 * ```
 */
export const DurableCtx: () => ParameterDecorator = unconverted(createParamDecorator(() => requireDurableContext()));
