import { Injectable } from '@nestjs/common';
import type { LambdaContext } from '../../engine/lambda-context.js';
import { placeOf } from '../discovery/discovered-handler.js';
import type { MarkedMethod } from '../discovery/method-explorer.js';
import { duplicateEventHandler, noEventHandler } from '../durable-execution.messages.js';
import { DurableConfigurationError } from '../errors/durable-configuration-error.js';
import type { Pipeline } from '../pipeline/pipeline.factory.js';
import type { LambdaEventMark } from './lambda-event.decorator.js';
import { HandlerEnding } from './lambda-event.interceptor.js';
import type { EventOrigin } from './lambda-event-source.js';

/** A `@LambdaEvent()` method that can run. */
export interface LambdaEventHandler extends MarkedMethod<LambdaEventMark> {
  pipeline: Pipeline;
}

/** The `@LambdaEvent()` methods of the application at run time. */
@Injectable()
export class LambdaEventRegistry {
  readonly #handlers: LambdaEventHandler[] = [];

  /** @throws {DurableConfigurationError} when another method is for the same events */
  add(handler: LambdaEventHandler): void {
    const other = this.#handlers.find(({ mark }) => isSame(mark, handler.mark));
    if (other)
      throw new DurableConfigurationError(duplicateEventHandler(handler.mark, [placeOf(other), placeOf(handler)]));
    this.#handlers.push(handler);
  }

  /**
   * Hands an event to the method for its origin, or else to the one for all events of its source.
   * @returns the method's own value
   * @throws what the method, a guard or a pipe threw
   * @throws {DurableConfigurationError} when there is no method for it
   */
  handle(event: unknown, lambdaContext: LambdaContext, { source, names }: EventOrigin): Promise<unknown> {
    const ofSource = this.#handlers.filter(({ mark }) => mark.source === source);
    const handler =
      ofSource.find(({ mark }) => mark.from !== undefined && names.includes(mark.from)) ??
      ofSource.find(({ mark }) => mark.from === undefined);
    if (!handler) throw new DurableConfigurationError(noEventHandler(source, names));
    return new HandlerEnding().of(() => handler.pipeline(event, lambdaContext));
  }
}

function isSame(one: LambdaEventMark, other: LambdaEventMark): boolean {
  return one.source === other.source && one.from === other.from;
}
