/** A body of user code that has started and not ended. */
export interface RunningBody {
  /** Its name in messages. */
  readonly label: string;
  /** Whether it runs code, rather than waiting for operations. */
  readonly isBusy: boolean;
}

/** The handler, the bodies of contexts and the attempts that run in an invocation. */
export class RunningBodies {
  readonly #bodies = new Set<RunningBody>();

  begun(body: RunningBody): void {
    this.#bodies.add(body);
  }

  ended(body: RunningBody): void {
    this.#bodies.delete(body);
  }

  get count(): number {
    return this.#bodies.size;
  }

  /** The bodies that would run on beside their repetition, if the invocation ended now. */
  get busy(): RunningBody[] {
    return [...this.#bodies].filter(({ isBusy }) => isBusy);
  }
}
