/** The outcome of an invocation, before it is saved or returned. */
export type Outcome =
  | { kind: 'succeeded'; value: unknown }
  | { kind: 'suspended' }
  /** The execution fails permanently. */
  | { kind: 'failed'; error: unknown; path: FailurePath }
  /** This invocation fails and Lambda invokes again. */
  | { kind: 'retried'; error: unknown; path: FailurePath };

export type Failure = Extract<Outcome, { error: unknown }>;

/** The origin of a failure; every path uses the same classification, except mistakes of the deployment. */
export type FailurePath = 'initial-state' | 'checkpoint' | 'user-code' | 'deployment';

/**
 * Collects the proposed outcomes of an invocation: a verdict overrides a fault, a fault overrides a proposal, and of
 * each kind the first one counts.
 */
export class Settlement {
  /** Resolves at the first proposal, fault or verdict; never rejects. */
  readonly settled: Promise<void>;
  /** Whether an outcome is known. */
  isSettled = false;
  #resolve!: () => void;
  #proposal: Outcome | undefined;
  #fault: Outcome | undefined;
  #verdict: Outcome | undefined;

  constructor() {
    this.settled = new Promise((resolve) => (this.#resolve = resolve));
  }

  get outcome(): Outcome | undefined {
    return this.#verdict ?? this.#fault ?? this.#proposal;
  }

  /** The body has ended, or nothing can continue. */
  propose(outcome: Outcome): void {
    this.#proposal ??= outcome;
    this.#settle();
  }

  /** User code has failed in a way that it must not catch: it counts whatever the handler made of it. */
  fault(fault: Outcome): void {
    this.#fault ??= fault;
    this.#settle();
  }

  /** The durable API has failed: it counts whatever user code did, because what was not saved did not happen. */
  overrule(verdict: Outcome): void {
    this.#verdict ??= verdict;
    this.#settle();
  }

  #settle(): void {
    this.isSettled = true;
    this.#resolve();
  }
}
