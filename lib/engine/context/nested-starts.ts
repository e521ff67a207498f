/**
 * How many bodies may start inside one another, without an await in between, before the next one starts on a separate
 * stack. Hardly any program reaches this depth, and there is room for the frames of user code in between.
 */
const DEEPEST = 40;

/**
 * Starts the bodies of contexts, usually synchronously. However deeply they are nested, the stack does not overflow.
 */
export class NestedStarts {
  #depth = 0;

  begin(body: () => void): void {
    // A promise callback runs with the current stores of user code.
    if (this.#depth >= DEEPEST) return void ready.then(() => this.begin(body));
    this.#depth += 1;
    try {
      body();
    } finally {
      this.#depth -= 1;
    }
  }
}

const ready = Promise.resolve();
