import { Inject, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { LambdaContext } from '../../engine/lambda-context.js';
import { placeOf } from '../discovery/discovered-handler.js';
import { type MarkedMethod, MethodExplorer } from '../discovery/method-explorer.js';
import { duplicateEventHandler, noEventHandler } from '../durable-execution.messages.js';
import { DurableConfigurationError } from '../errors/durable-configuration-error.js';
import { type Pipeline, PipelineFactory } from '../pipeline/pipeline.factory.js';
import { LAMBDA_CONTEXT_TYPE, LAMBDA_EVENT_METADATA } from './lambda-event.constants.js';
import type { LambdaEventMark } from './lambda-event.decorator.js';
import { HandlerEnding } from './lambda-event.interceptor.js';
import type { EventOrigin } from './lambda-event-source.js';

interface EventHandler extends MarkedMethod<LambdaEventMark> {
  pipeline: Pipeline;
}

/** The `@LambdaEvent()` methods of the application at run time. */
@Injectable()
export class LambdaEventRegistry {
  readonly #handlers: EventHandler[] = [];

  constructor(
    @Inject(MethodExplorer) private readonly methods: MethodExplorer,
    @Inject(PipelineFactory) private readonly pipelines: PipelineFactory,
    @Inject(Reflector) private readonly reflector: Reflector,
  ) {}

  /** @throws {DurableConfigurationError} when two methods are for the same events */
  discover(): void {
    const marked = this.methods.ofProviders((method) =>
      this.reflector.get<LambdaEventMark | undefined>(LAMBDA_EVENT_METADATA, method),
    );
    for (const found of marked) {
      const other = this.#handlers.find(({ mark }) => isSame(mark, found.mark));
      if (other)
        throw new DurableConfigurationError(duplicateEventHandler(found.mark, [placeOf(other), placeOf(found)]));
      const pipeline = this.pipelines.create(found, { contextType: LAMBDA_CONTEXT_TYPE, filters: false });
      this.#handlers.push({ ...found, pipeline });
    }
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
