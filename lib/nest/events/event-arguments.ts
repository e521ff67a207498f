import type { LambdaContext } from '../../engine/base/lambda-context.js';

type Ending = { value: unknown } | { error: unknown };

/** Registered for the whole process: another copy of this package recognises these arguments by it. */
const BRAND = Symbol.for('nestjs-durable-execution/event-arguments');

/**
 * The event for which a `@LambdaEvent()` method is called: `REQUEST` injects it, and a strategy of durable providers
 * receives it.
 */
export class EventArguments {
  readonly [BRAND] = true;
  readonly #event: unknown;
  readonly lambdaContext: LambdaContext;
  #ending: Ending | undefined;

  constructor(event: unknown, lambdaContext: LambdaContext) {
    this.#event = event;
    this.lambdaContext = lambdaContext;
  }

  /** The arguments of a call, for an enhancer: this is the last one. */
  static in(args: readonly unknown[]): EventArguments | undefined {
    const last = args.at(-1) as EventArguments | undefined;
    return typeof last === 'object' && last?.[BRAND] ? last : undefined;
  }

  /** The event. */
  getInput<T = unknown>(): T {
    return this.#event as T;
  }

  /** Records what the method itself returned or threw. */
  note(ending: Ending): void {
    this.#ending = ending;
  }

  /** Runs a pipeline; its own value counts only if the method was never called. */
  async endingOf(pipeline: () => Promise<unknown>): Promise<unknown> {
    const value = await pipeline();
    if (!this.#ending) return value;
    if ('error' in this.#ending) throw this.#ending.error;
    return this.#ending.value;
  }
}
