/**
 * How many bodies may begin within one another, without an await in between, before the next one begins on a stack of its
 * own. Deep enough that hardly any program comes to it, shallow enough for the frames of user code in between.
 */
const DEEPEST = 40;

/** Begins the bodies of contexts, at the call as a rule. However deep they are nested, the stack does not overflow. */
export class NestedStarts {
  #depth = 0;

  begin(body: () => void): void {
    // A promise callback runs with the stores of user code that are those of now.
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
