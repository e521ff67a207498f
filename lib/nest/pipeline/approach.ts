import { Deferred } from './deferred.js';

/** How long guards and interceptors may take to reach the handler after the response was sent. */
const APPROACH_MS = 5_000;

/** The way of guards and interceptors to the handler. They may respond first, and then continue. */
export class Approach {
  #over: Deferred<void> | undefined;

  begin(): void {
    this.#over ??= new Deferred();
  }

  /** The handler is reached, or will not be. */
  end(): void {
    this.#over?.resolve();
  }

  /** Resolves at the end, or after a time; at once if there is no way. */
  async ended(): Promise<void> {
    const over = this.#over;
    if (!over) return;
    const timer = setTimeout(() => over.resolve(), APPROACH_MS);
    await over.promise;
    clearTimeout(timer);
  }
}
