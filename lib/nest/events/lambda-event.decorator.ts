import { applyDecorators, UseInterceptors } from '@nestjs/common';
import { DurableInput } from '../decorators/durable-params.decorator.js';
import { LambdaCtx } from '../decorators/lambda-params.decorator.js';
import { assertParentheses, decoratedMethod, placeOfMember } from '../decorators/decorated-method.js';
import { describeParameters } from '../decorators/describe-parameters.js';
import type { HandlerMethod } from '../discovery/discovered-handler.js';
import { markMethod, markOf } from '../discovery/method-marks.js';
import { LAMBDA_EVENT_METADATA, NestMetadata } from '../durable-execution.constants.js';
import { twoEventDecorators, unknownEventSource } from './events.messages.js';
import { assertOptions, type OptionTypes } from '../errors/assert-options.js';
import { DurableConfigurationError } from '../errors/durable-configuration-error.js';
import { lambdaEventInterceptor } from './lambda-event.interceptor.js';
import { isEventSource, type LambdaEventSource } from './lambda-event-source.js';

export interface LambdaEventOptions {
  /**
   * Name or ARN of the queue, topic, table, stream, bucket or cluster, or the `detail-type` or the `source` of
   * EventBridge events. An empty text selects none.
   * @defaultValue every event that no other method selects
   */
  from?: string;
}

const OPTIONS: OptionTypes<LambdaEventOptions> = { from: '' };

/** An event of an unknown form. */
export interface UnknownLambdaEvent {
  readonly [member: string]: unknown;
}

/** Whether a method handles an event. It is called in every invocation, so it must depend only on the event. */
export type LambdaEventMatcher<E = UnknownLambdaEvent> = (event: E) => boolean;

/** The metadata of the decorator. */
export type LambdaEventMark =
  | { source: LambdaEventSource; from?: string }
  | {
      matches: LambdaEventMatcher<never>;
      /** The argument of the method; with it, all matching methods are called. @defaultValue the event */
      readsAs?: (event: unknown) => unknown;
    };

/** The same, and the decorated method; a decorator above may put another function in its place. */
export type PlacedEventMark = LambdaEventMark & { readonly decorated: object };

/** The metadata of `@LambdaEvent()` on a method. */
export function eventMarkOf(method: HandlerMethod, target: object, name: string): PlacedEventMark | undefined {
  return markOf(LAMBDA_EVENT_METADATA, { target, name, method });
}

/**
 * Makes a provider's method the handler of events of a source, or of all events that a function accepts. It is called
 * with the event and Lambda's context, through guards, interceptors and pipes (`getType()` is `lambda`). What it
 * returns is Lambda's response, such as `{ batchItemFailures }`.
 *
 * In a durable function the event is the input of an execution, and the method's value its result. With `@Durable()` on
 * the same method it may use durable operations.
 *
 * If it throws, the invocation fails, so that Lambda delivers the event again: filters and interceptors can neither
 * swallow an error nor rewrite the response.
 *
 * @throws {DurableConfigurationError} when the source or an option is unknown, or the method has such a decorator
 *   already; at boot, on a controller
 * @example
 * ```ts
 * @LambdaEvent('sqs', { from: 'new-orders' })
 * async onOrders(event: SQSEvent) {
 *   for (const { messageId, body } of event.Records) await this.orders.start(JSON.parse(body), { executionName: messageId });
 * }
 *
 * @LambdaEvent((event) => event?.source === 'warm-up')
 * warmUp() {}
 * ```
 */
export function LambdaEvent(source: LambdaEventSource, options?: LambdaEventOptions): MethodDecorator;
export function LambdaEvent<E = UnknownLambdaEvent>(matches: LambdaEventMatcher<E>): MethodDecorator;
export function LambdaEvent(
  of: LambdaEventSource | LambdaEventMatcher<never>,
  options: LambdaEventOptions = {},
): MethodDecorator {
  if (typeof of !== 'function') assertParentheses('@LambdaEvent()', of);
  return lambdaEventMethod('@LambdaEvent()', typeof of === 'function' ? { matches: of } : ofSource(of, options));
}

/** @throws {DurableConfigurationError} for an unknown one, which would select no event */
function ofSource(source: LambdaEventSource, options: LambdaEventOptions): LambdaEventMark {
  assertOptions('@LambdaEvent()', options, OPTIONS);
  if (!isEventSource(source)) throw new DurableConfigurationError(unknownEventSource(source));
  // An empty one, such as a missing environment variable, must not select all events. Another function that shares this
  // code may not have the variable, so this is no error until an event of the source arrives.
  return 'from' in options ? { source, from: options.from ?? '' } : { source };
}

/** @param decorator - its name in messages */
export function lambdaEventMethod(decorator: string, mark: LambdaEventMark): MethodDecorator {
  const enhance = applyDecorators(UseInterceptors(lambdaEventInterceptor));
  return (target, key, descriptor) => {
    const method = decoratedMethod(decorator, { target, key, descriptor: descriptor as never });
    if (eventMarkOf(method, target, String(key)))
      throw new DurableConfigurationError(twoEventDecorators(placeOfMember(target, key)));
    describeParameters({ target, key }, [DurableInput(), LambdaCtx()], { isDefault: true });
    Reflect.defineMetadata(NestMetadata.ENTRY_PROVIDER, true, target.constructor);
    const placed: PlacedEventMark = { ...mark, decorated: method };
    markMethod(LAMBDA_EVENT_METADATA, placed, { target, name: key, method });
    enhance(target, key, descriptor);
  };
}
