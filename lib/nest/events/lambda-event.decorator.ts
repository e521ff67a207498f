import { applyDecorators, SetMetadata, UseInterceptors } from '@nestjs/common';
import type { HandlerMethod } from '../discovery/discovered-handler.js';
import { NestMetadata } from '../durable-execution.constants.js';
import { LAMBDA_EVENT_METADATA } from './lambda-event.constants.js';
import { lambdaEventInterceptor } from './lambda-event.interceptor.js';
import type { LambdaEventSource } from './lambda-event-source.js';

export interface LambdaEventOptions {
  /**
   * Name or ARN of the queue, topic, table, stream, bucket or cluster, or the `detail-type` of EventBridge events.
   * @defaultValue whatever no other method asks for
   */
  from?: string;
}

/** What the decorator leaves on the method. */
export interface LambdaEventMark extends LambdaEventOptions {
  source: LambdaEventSource;
}

/** What `@LambdaEvent()` has left on a method. */
export function eventMarkOf(method: HandlerMethod): LambdaEventMark | undefined {
  return Reflect.getMetadata(LAMBDA_EVENT_METADATA, method) as LambdaEventMark | undefined;
}

/**
 * Makes a provider's method the handler of events of a source. It is called with the event and Lambda's context, through
 * guards, interceptors and pipes (`getType()` is `lambda`), and what it returns is Lambda's answer, such as
 * `{ batchItemFailures }`.
 *
 * What it throws fails the invocation, so that Lambda delivers the event again: filters and interceptors can neither
 * swallow an error nor rewrite the answer.
 *
 * @example
 * ```ts
 * @LambdaEvent('sqs', { from: 'new-orders' })
 * async onOrders(event: SQSEvent) {
 *   for (const { messageId, body } of event.Records) await this.orders.start(JSON.parse(body), { executionName: messageId });
 * }
 * ```
 */
export function LambdaEvent(source: LambdaEventSource, options: LambdaEventOptions = {}): MethodDecorator {
  const mark: LambdaEventMark = { ...options, source };
  const enhance = applyDecorators(SetMetadata(LAMBDA_EVENT_METADATA, mark), UseInterceptors(lambdaEventInterceptor));
  return (target, key, descriptor) => {
    Reflect.defineMetadata(NestMetadata.ENTRY_PROVIDER, true, target.constructor);
    enhance(target, key, descriptor);
  };
}
