/** How an invocation ends, before anything of it is saved or answered. */
export type Outcome =
  | { kind: 'succeeded'; value: unknown }
  | { kind: 'suspended' }
  /** The execution fails for good. */
  | { kind: 'failed'; error: unknown; path: FailurePath }
  /** This invocation fails and Lambda invokes again. */
  | { kind: 'retried'; error: unknown; path: FailurePath };

export type Failure = Extract<Outcome, { error: unknown }>;

/** Where a failure came from; each path obeys the same classification, but that of mistakes of the deployment. */
export type FailurePath = 'initial-state' | 'checkpoint' | 'user-code' | 'deployment';

/**
 * Collects how an invocation may end: a verdict beats a fault, a fault beats a proposal, and of each kind the first one
 * stands.
 */
export class Settlement {
  /** Resolves when anything has been said; never rejects. */
  readonly settled: Promise<void>;
  #resolve!: () => void;
  #proposal: Outcome | undefined;
  #fault: Outcome | undefined;
  #verdict: Outcome | undefined;

  constructor() {
    this.settled = new Promise((resolve) => (this.#resolve = resolve));
  }

  get isSettled(): boolean {
    return this.outcome !== undefined;
  }

  get outcome(): Outcome | undefined {
    return this.#verdict ?? this.#fault ?? this.#proposal;
  }

  /** The body has ended, or nothing can go on. */
  propose(outcome: Outcome): void {
    this.#proposal ??= outcome;
    this.#resolve();
  }

  /** User code has failed in a way that it may not catch: stands whatever the handler made of it. */
  fault(fault: Outcome): void {
    this.#fault ??= fault;
    this.#resolve();
  }

  /** The durable API has spoken: stands whatever user code did, for what was not saved did not happen. */
  overrule(verdict: Outcome): void {
    this.#verdict ??= verdict;
    this.#resolve();
  }
}
