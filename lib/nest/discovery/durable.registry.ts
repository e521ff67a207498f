import { ambiguousHandler, duplicateHandler, noHandler, unknownHandler } from './discovery.messages.js';
import { notRunHere } from '../pipeline/pipeline.messages.js';
import { DurableConfigurationError } from '../errors/durable-configuration-error.js';
import type { InvocationScope } from '../pipeline/invocation-scope.js';
import { type DiscoveredHandler, placeOf } from './discovered-handler.js';
import { replacedNamesOf } from './method-name.js';

/** The handler that a function is configured to run, and where it was configured, for messages. */
export interface ChosenHandler {
  /** Absent: the only handler. */
  name: string | undefined;
  origin: string;
}

/** A `@Durable()` method that can run. */
export interface DurableHandler {
  readonly found: DiscoveredHandler;
  /** Whether it is for events of a source that `@LambdaEvent()` names: then it does not run for a bare input. */
  readonly isForEvents: boolean;
  /** Runs the pipeline for one invocation on the direct route. */
  run(scope: InvocationScope): Promise<unknown>;
}

/** What a function runs: all handlers, or those of a list, and the handler for inputs that name none. */
export interface HandlerChoice {
  chosen: ChosenHandler;
  handlers?: readonly string[] | undefined;
}

/** The `@Durable()` methods of the application at run time. */
export class DurableRegistry {
  readonly #handlers = new Map<string, DurableHandler>();
  /** By the names of the classes that others are provided for: `{ provide: Orders, useClass: PartnerOrders }`. */
  readonly #substitutes = new Map<string, DurableHandler>();

  /** @throws {DurableConfigurationError} when the name exists already */
  add(handler: DurableHandler): void {
    const { name } = handler.found;
    const other = this.#handlers.get(name);
    if (other)
      throw new DurableConfigurationError(duplicateHandler(name, [placeOf(other.found), placeOf(handler.found)]));
    this.#handlers.set(name, handler);
    for (const providedFor of replacedNamesOf(handler.found)) this.#substitutes.set(providedFor, handler);
  }

  /**
   * @throws {DurableConfigurationError} when the function is configured to run a handler that the application does not
   *   have
   */
  assertKnown({ chosen, handlers = [] }: HandlerChoice): void {
    for (const name of handlers) {
      if (!this.has(name)) {
        throw new DurableConfigurationError(
          unknownHandler(name, 'option `handlers` of createLambdaHandler()', this.names),
        );
      }
    }
    if (chosen.name !== undefined) this.named(chosen.name, { chosen, handlers: undefined });
  }

  /**
   * The provider's method of a name.
   * @throws {DurableConfigurationError} when there is none, or this function does not run it
   */
  named(name: string, { chosen, handlers }: HandlerChoice): DurableHandler {
    const handler = this.#find(name);
    if (handler?.found.route !== 'direct') {
      const origin = name === chosen.name ? chosen.origin : 'named by the caller that started the execution';
      throw new DurableConfigurationError(unknownHandler(name, origin, namesOf(this.#direct())));
    }
    if (!this.#isListed(handler, handlers)) throw new DurableConfigurationError(notRunHere(name, handlers ?? []));
    return handler;
  }

  /**
   * The handler of an input that names none: the configured one, or else the only one.
   * @throws {DurableConfigurationError} when there is none, or none is configured and there are several
   */
  select(choice: HandlerChoice): DurableHandler {
    const { chosen, handlers } = choice;
    if (chosen.name !== undefined) return this.named(chosen.name, choice);
    const candidates = this.#direct().filter((handler) => !handler.isForEvents && this.#isListed(handler, handlers));
    const [only, ...others] = candidates;
    if (!only) throw new DurableConfigurationError(noHandler(handlers));
    if (others.length > 0) throw new DurableConfigurationError(ambiguousHandler(namesOf(candidates)));
    return only;
  }

  /** The `@Durable()` method that is the same method, if a method has two decorators. */
  sameMethod(method: Pick<DiscoveredHandler, 'host' | 'methodName'> | undefined): DurableHandler | undefined {
    return this.#direct().find(({ found }) => found.host === method?.host && found.methodName === method.methodName);
  }

  get names(): string[] {
    return [...this.#handlers.keys()];
  }

  /** Whether a handler is started by this name. */
  has(name: string): boolean {
    return this.#find(name) !== undefined;
  }

  #find(name: string): DurableHandler | undefined {
    return this.#handlers.get(name) ?? this.#substitutes.get(name);
  }

  #isListed(handler: DurableHandler, handlers: readonly string[] | undefined): boolean {
    return handlers?.some((name) => this.#find(name) === handler) ?? true;
  }

  #direct(): DurableHandler[] {
    return [...this.#handlers.values()].filter(({ found }) => found.route === 'direct');
  }
}

function namesOf(handlers: readonly DurableHandler[]): string[] {
  return handlers.map(({ found }) => found.name);
}
