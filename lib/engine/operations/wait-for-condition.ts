import { OperationAction, OperationSubType, type Operation } from '../../wire/operation.js';
import { ConfigValidationError } from '../errors/context-errors.js';
import { isUnrecoverableError } from '../errors/recognise.js';
import { attemptOf, AttemptedOperation } from './attempted-operation.js';
import type { OperationPlace } from './operation.js';
import type {
  WaitForConditionCheckFunc,
  WaitForConditionConfig,
  WaitForConditionDecision,
} from './wait-for-condition-config.js';

/** A state that is checked until it will do, each attempt beginning with what the one before has saved (PROTOCOL §5.6). */
export class WaitForConditionOperation<T> extends AttemptedOperation<T> {
  readonly subType = OperationSubType.WAIT_FOR_CONDITION;
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

  protected beginAttempt(existing: Operation | undefined): Promise<void> {
    const config = this.#checkedConfig();
    this.enqueue(OperationAction.START);
    return this.#attempt(existing, config);
  }

  protected resumeAttempt(existing: Operation): Promise<void> {
    return this.#attempt(existing);
  }

  #attempt(existing: Operation | undefined, config = this.#checkedConfig()): Promise<void> {
    return this.executing(async () => {
      const saved = existing?.StepDetails?.Result ?? undefined;
      const state = saved === undefined ? config.initialState : ((await this.decode(saved)) as T);
      await this.#checkFrom(state, attemptOf(existing), config);
    });
  }

  /** Neither a check nor a strategy that throws is tried again: what is uncertain belongs into the state. */
  async #checkFrom(state: T, attempt: number, { waitStrategy }: WaitForConditionConfig<T>): Promise<void> {
    let next: T;
    let decision: WaitForConditionDecision;
    try {
      next = await this.runBody(attempt, (context) => this.#check(state, context));
      decision = waitStrategy(next, attempt);
    } catch (thrown) {
      if (isUnrecoverableError(thrown)) throw thrown;
      return this.fail(thrown);
    }
    if (!decision.shouldContinue) return this.succeed(next);
    await this.retry({ Payload: await this.encode(next) }, decision.delay);
  }

  #checkedConfig(): WaitForConditionConfig<T> {
    if (this.#config?.initialState !== undefined && typeof this.#config.waitStrategy === 'function')
      return this.#config;
    throw new ConfigValidationError(
      `${this.label} lacks a waitStrategy or an initialState. The first check is given initialState, which may be null ` +
        'but not undefined.',
    );
  }
}
