import { handled } from '../../engine/adapter.js';
import type { LambdaContext } from '../../engine/base/lambda-context.js';
import { placeOf } from '../discovery/discovered-handler.js';
import type { MarkedMethod } from '../discovery/method-explorer.js';
import { duplicateEventHandler, emptyOrigin, matcherFailed, noEventHandler } from './events.messages.js';
import { DurableConfigurationError } from '../errors/durable-configuration-error.js';
import type { Pipeline } from '../pipeline/pipeline.factory.js';
import { EventArguments } from './event-arguments.js';
import type { LambdaEventMark } from './lambda-event.decorator.js';
import { originOf } from './lambda-event-source.js';
import { statusChangeOf } from './status-change.js';

/** A `@LambdaEvent()` method that can run. */
export class LambdaEventHandler {
  readonly mark: LambdaEventMark;
  readonly place: string;

  constructor(
    readonly found: MarkedMethod<LambdaEventMark>,
    private readonly pipeline: Pipeline,
  ) {
    this.mark = found.mark;
    this.place = placeOf(found);
  }

  /** @returns the method's own value @throws what the method, a guard or a pipe threw */
  run(event: unknown, lambdaContext: LambdaContext): Promise<unknown> {
    const call = new EventArguments(event, lambdaContext);
    const input = 'matches' in this.mark && this.mark.readsAs ? this.mark.readsAs(event) : event;
    return call.endingOf(() => this.pipeline([input, lambdaContext, call], call));
  }

  /**
   * Whether its matcher selects an event.
   * @throws {DurableConfigurationError} when the matcher does not decide
   */
  accepts(event: unknown): boolean {
    const { mark, place } = this;
    if (!('matches' in mark)) return false;
    let verdict: unknown;
    try {
      verdict = mark.matches(event as never);
    } catch (cause) {
      throw new DurableConfigurationError(matcherFailed(place, `has thrown ${String(cause)}`), { cause });
    }
    if (!(verdict instanceof Promise)) return Boolean(verdict);
    void handled(verdict);
    throw new DurableConfigurationError(matcherFailed(place, 'has returned a promise'));
  }

  /** Whether it is called in addition to other methods for an event, not instead of them. */
  get isListener(): boolean {
    return 'readsAs' in this.mark;
  }
}

/** The method or methods that handle an event. */
export type EventTarget = Pick<LambdaEventHandler, 'run'> & Partial<Pick<LambdaEventHandler, 'found'>>;

/** Calls all listeners, even if one of them throws. @throws the first error */
class Listeners implements EventTarget {
  constructor(private readonly listeners: readonly LambdaEventHandler[]) {}

  async run(event: unknown, lambdaContext: LambdaContext): Promise<void> {
    const endings = await Promise.allSettled(this.listeners.map((listener) => listener.run(event, lambdaContext)));
    const failure = endings.find(({ status }) => status === 'rejected') as PromiseRejectedResult | undefined;
    if (failure) throw failure.reason;
  }
}

/** The `@LambdaEvent()` methods of the application at run time. */
export class LambdaEventRegistry {
  readonly #handlers: LambdaEventHandler[] = [];

  /** @throws {DurableConfigurationError} when another method handles the same events */
  add(handler: LambdaEventHandler): void {
    const { mark, place } = handler;
    const other = this.#handlers.find((known) => isSame(known.mark, mark));
    if (other && 'source' in mark) {
      throw new DurableConfigurationError(duplicateEventHandler(mark, [other.place, place]));
    }
    this.#handlers.push(handler);
  }

  /**
   * The method for an event: the listeners for it, else the method whose matcher accepts it, else the one for its
   * origin, else the one for all events of its source. A status event needs no method: code may wait for it.
   * @returns `undefined` for an event of a source without a method
   * @throws {DurableConfigurationError} when its source has methods, but none for its origin, or one without an origin; when
   *   a matcher fails
   */
  match(event: unknown): EventTarget | undefined {
    const all = this.#handlers.filter((handler) => handler.accepts(event));
    const listeners = all.filter(({ isListener }) => isListener);
    if (listeners.length > 0) return listeners.length === 1 ? listeners[0] : new Listeners(listeners);
    return this.#only(all[0], event) ?? (statusChangeOf(event) && new Listeners([]));
  }

  #only(accepting: LambdaEventHandler | undefined, event: unknown): LambdaEventHandler | undefined {
    const origin = accepting ? undefined : originOf(event);
    if (!origin) return accepting;
    const { source, names } = origin;
    const ofSource = this.#handlers.filter(({ mark }) => 'source' in mark && mark.source === source);
    const unnamed = ofSource.find(({ mark }) => isFrom(mark, ['']));
    const ofRest = unnamed ? undefined : ofSource.find(({ mark }) => isFrom(mark));
    const handler = ofSource.find(({ mark }) => isFrom(mark, names)) ?? ofRest;
    if (handler || ofSource.length === 0 || statusChangeOf(event)) return handler;
    const problem = unnamed ? emptyOrigin(unnamed.place, source, names) : noEventHandler(source, names);
    throw new DurableConfigurationError(problem);
  }
}

function isFrom(mark: LambdaEventMark, names?: readonly string[]): boolean {
  if (!('source' in mark)) return false;
  return names ? mark.from !== undefined && names.includes(mark.from) : mark.from === undefined;
}

function isSame(one: LambdaEventMark, other: LambdaEventMark): boolean {
  if ('matches' in one || 'matches' in other) return false;
  return one.source === other.source && one.from === other.from && one.from !== '';
}
