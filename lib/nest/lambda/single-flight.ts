import { AsyncResource } from 'node:async_hooks';

/** Makes something once, however many ask at the same time. A failure is told to all who wait for it, and forgotten. */
export class SingleFlight<T> {
  readonly #make: () => Promise<T>;
  #flight: Promise<T> | undefined;
  #landed: T | undefined;

  constructor(make: () => Promise<T>) {
    // What is first asked for inside an invocation must not run, and keep listening, as a part of that invocation.
    this.#make = AsyncResource.bind(make);
  }

  /** Whether it is made or being made. */
  get isStarted(): boolean {
    return this.#flight !== undefined;
  }

  /** What was made; `undefined` before, and after `take`. */
  get landed(): T | undefined {
    return this.#landed;
  }

  get(): Promise<T> {
    this.#flight ??= this.#start();
    return this.#flight;
  }

  /** Gives up what was made: the next `get` makes another. */
  take(): T | undefined {
    const landed = this.#landed;
    this.#flight = this.#landed = undefined;
    return landed;
  }

  async #start(): Promise<T> {
    try {
      return (this.#landed = await this.#make());
    } catch (error) {
      this.#flight = undefined;
      throw error;
    }
  }
}
