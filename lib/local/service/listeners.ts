/** The listeners of an event. */
export class Listeners<T extends readonly unknown[]> {
  readonly #listeners = new Set<(...told: T) => void | Promise<void>>();

  get isEmpty(): boolean {
    return this.#listeners.size === 0;
  }

  /** @returns ends the listening */
  add(listener: (...told: T) => void | Promise<void>): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Resolves when all listeners have been called, one after the other. */
  async tell(...told: T): Promise<void> {
    for (const listener of this.#listeners) await listener(...told);
  }
}
