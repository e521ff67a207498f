import type { Operation } from '../../wire/operation.js';
import { ConfigValidationError } from '../errors/context-errors.js';
import { attemptOf, AttemptedOperation } from './attempted-operation.js';
import type { OperationPlace } from './operation.js';
import type {
  WaitForConditionCheckFunc,
  WaitForConditionConfig,
  WaitForConditionDecision,
} from './wait-for-condition-config.js';

/** A state that is checked until it will do, each attempt beginning with what the one before has saved (PROTOCOL §5.6). */
export class WaitForConditionOperation<T> extends AttemptedOperation<T> {
  readonly subType = 'WaitForCondition';
  readonly #check: WaitForConditionCheckFunc<T>;
  readonly #config: WaitForConditionConfig<T> | undefined;

  constructor(
    place: OperationPlace,
    check: WaitForConditionCheckFunc<T>,
    config: WaitForConditionConfig<T> | undefined,
  ) {
    super(place, config?.serdes);
    this.#check = check;
    this.#config = config;
  }

  protected beginAttempt(existing: Operation | undefined): void {
    const config = this.#checkedConfig();
    this.enqueue('START');
    this.#attempt(existing, config);
  }

  protected resumeAttempt(existing: Operation): void {
    this.#attempt(existing, this.#checkedConfig());
  }

  #attempt(existing: Operation | undefined, config: WaitForConditionConfig<T>): void {
    this.busy();
    const attempt = attemptOf(existing);
    const saved = existing?.StepDetails?.Result ?? undefined;
    if (saved === undefined) return this.#checkFrom(config.initialState, attempt, config);
    this.whenKnown(this.decode(saved) as T | Promise<T>, (state) => this.#checkFrom(state, attempt, config));
  }

  #checkFrom(state: T, attempt: number, { waitStrategy }: WaitForConditionConfig<T>): void {
    this.runAttempt(attempt, {
      body: (context) => this.#check(state, context),
      ended: (next) => this.#checked(next, () => waitStrategy(next, attempt)),
      failed: (thrown) => this.fail(thrown),
    });
  }

  #checked(next: T, decide: () => WaitForConditionDecision): void {
    let decision: WaitForConditionDecision;
    try {
      decision = decide();
    } catch (thrown) {
      return this.fail(thrown);
    }
    if (!decision.shouldContinue) return this.succeed(next);
    this.whenKnown(this.encode(next), (Payload) => this.retry({ Payload }, decision.delay));
  }

  /** Neither a check nor a strategy that throws is tried again: what is uncertain belongs into the state. */
  #checkedConfig(): WaitForConditionConfig<T> {
    if (this.#config?.initialState !== undefined && typeof this.#config.waitStrategy === 'function')
      return this.#config;
    throw new ConfigValidationError(
      `${this.label} lacks a waitStrategy or an initialState. The first check is given initialState, which may be null ` +
        'but not undefined.',
    );
  }
}
