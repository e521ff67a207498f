import type { Operation } from '../../wire/operation.js';
import { ConfigValidationError } from '../errors/context-errors.js';
import type { Next, OperationDefinition, OperationScope } from '../scope.js';
import { aroundAttempt } from './around-attempt.js';
import { attemptOf, fail, type AttemptLogic, replayAttempts, retry, succeed } from './attempts.js';
import { attempt, whenKnown } from './next.js';
import { formOf, type ResultForm } from './result-form.js';
import type {
  WaitForConditionCheckFunc,
  WaitForConditionConfig,
  WaitForConditionDecision,
} from './wait-for-condition-config.js';

/** A state that is checked until it will do, each attempt beginning with what the one before has saved. */
export class WaitForCondition<T> implements OperationDefinition<T>, AttemptLogic<T> {
  readonly type = 'STEP';
  readonly subType = 'WaitForCondition';
  readonly form: ResultForm;
  readonly #check: WaitForConditionCheckFunc<T>;
  readonly #config: WaitForConditionConfig<T> | undefined;

  constructor(check: WaitForConditionCheckFunc<T>, config: WaitForConditionConfig<T> | undefined) {
    this.form = formOf(config?.serdes);
    this.#check = check;
    this.#config = config;
  }

  start(operation: OperationScope): Next<T> {
    return this.beginAttempt(operation, undefined);
  }

  replay(operation: OperationScope, record: Operation): Next<T> {
    return replayAttempts(this, operation, record);
  }

  beginAttempt(operation: OperationScope, existing: Operation | undefined): Next<T> {
    return this.#attempt(operation, existing, true);
  }

  resumeAttempt(operation: OperationScope, existing: Operation): Next<T> {
    return this.#attempt(operation, existing, false);
  }

  #attempt(operation: OperationScope, existing: Operation | undefined, isNew: boolean): Next<T> {
    const config = this.#checkedConfig(operation);
    const number = attemptOf(existing);
    const saved = existing?.StepDetails?.Result ?? undefined;
    const from = saved === undefined ? config.initialState : (this.form.decode(saved, operation) as T | Promise<T>);
    return whenKnown(from, (state) =>
      attempt(
        {
          number,
          isNew,
          body: aroundAttempt(operation, { number, isAtMostOnce: false }, (context) => this.#check(state, context)),
        },
        {
          ended: (next) => this.#checked(operation, next, () => config.waitStrategy(next, number)),
          failed: (thrown) => fail(this, operation, thrown),
        },
      ),
    );
  }

  #checked(operation: OperationScope, next: T, decide: () => WaitForConditionDecision): Next<T> {
    let decision: WaitForConditionDecision;
    try {
      decision = decide();
    } catch (thrown) {
      return fail(this, operation, thrown);
    }
    if (!decision.shouldContinue) return succeed(this, operation, next);
    const { delay } = decision;
    return whenKnown(this.form.encode(next, operation), (Payload) => retry(operation, { Payload, delay }));
  }

  /** Neither a check nor a strategy that throws is tried again: what is uncertain belongs into the state. */
  #checkedConfig({ label }: OperationScope): WaitForConditionConfig<T> {
    if (this.#config?.initialState !== undefined && typeof this.#config.waitStrategy === 'function')
      return this.#config;
    throw new ConfigValidationError(
      `${label} lacks a waitStrategy or an initialState. The first check is given initialState, which may be null ` +
        'but not undefined.',
    );
  }
}
