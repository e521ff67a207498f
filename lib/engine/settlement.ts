/** How an invocation ends, before anything of it is saved or answered. */
export type Outcome =
  | { kind: 'succeeded'; value: unknown }
  | { kind: 'suspended' }
  /** The execution fails for good. */
  | { kind: 'failed'; error: unknown; path: FailurePath }
  /** This invocation fails and Lambda invokes again. */
  | { kind: 'retried'; error: unknown; path: FailurePath };

/** Where a failure came from; each path obeys the same classification. */
export type FailurePath = 'initial-state' | 'checkpoint' | 'user-code';

/**
 * Collects how an invocation may end. The first proposal wins, but a verdict beats any proposal: a fault of the durable
 * API or misuse of it stands whatever the handler made of it, for what was not saved did not happen.
 */
export class Settlement {
  /** Resolves at the first proposal or verdict; never rejects. */
  readonly settled: Promise<void>;
  #resolve!: () => void;
  #proposal: Outcome | undefined;
  #verdict: Outcome | undefined;

  constructor() {
    this.settled = new Promise((resolve) => (this.#resolve = resolve));
  }

  get isSettled(): boolean {
    return this.outcome !== undefined;
  }

  get outcome(): Outcome | undefined {
    return this.#verdict ?? this.#proposal;
  }

  propose(outcome: Outcome): void {
    this.#proposal ??= outcome;
    this.#resolve();
  }

  overrule(verdict: Outcome): void {
    this.#verdict ??= verdict;
    this.#resolve();
  }
}
