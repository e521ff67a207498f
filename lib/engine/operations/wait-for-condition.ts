import type { Operation } from '../../wire/operation.js';
import { ConfigValidationError } from '../base/errors/context-errors.js';
import { shown } from '../base/errors/shown.js';
import type { Next, OperationDefinition, OperationScope } from '../scope.js';
import { aroundAttempt } from './around-attempt.js';
import { attemptOf, fail, type AttemptLogic, replayAttempts, retry, succeed, whenSavable } from './attempts.js';
import { aSerdes, assertConfig, assertFunction, assertNoPromise } from './call-checks.js';
import { attempt, save, whenKnown } from './next.js';
import { formOf, type ResultForm } from './result-form.js';
import { inAskedFrame } from './asked-functions.js';
import { asking, readWaitDecision } from './user-answers.js';
import type { WaitForConditionCheckFunc, WaitForConditionConfig } from './wait-for-condition-config.js';

const CHECKS = [aSerdes('serdes', 'serialize', 'deserialize')];

/** A check of the state that is saved as `text`. */
interface Check {
  number: number;
  /** Whether its start must be recorded. */
  isNew: boolean;
  text: string | undefined;
}

/** The result of a check: what is saved of it, and the strategy's copy. */
interface Checked<T> {
  payload: string | undefined;
  state: T;
  number: number;
}

/**
 * A state that is checked until the strategy accepts it; each attempt starts with the saved state of the one before.
 *
 * The check, the strategy and the code that awaits the operation receive separate copies, created from the saved state:
 * a change of one copy is invisible to the others, on the first run as on every replay.
 */
export class WaitForCondition<T> implements OperationDefinition<T>, AttemptLogic<T> {
  readonly type = 'STEP';
  readonly subType = 'WaitForCondition';
  readonly form: ResultForm;
  readonly #check: WaitForConditionCheckFunc<T>;
  readonly #config: WaitForConditionConfig<T>;

  constructor(check: WaitForConditionCheckFunc<T>, config: WaitForConditionConfig<T> | null | undefined) {
    this.form = formOf(config?.serdes);
    this.#check = check;
    // Missing members are reported when the operation starts.
    this.#config = config ?? ({} as WaitForConditionConfig<T>);
  }

  start(operation: OperationScope): Next<T> {
    assertFunction(this.#check, operation, 'a function that checks the state');
    assertConfig(this.#config, operation, CHECKS);
    this.#assertComplete(operation);
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
    const number = attemptOf(existing);
    const saved = existing?.StepDetails?.Result ?? undefined;
    if (saved !== undefined) return this.#checkFrom(operation, { number, isNew, text: saved });
    return whenSavable(this, operation, {
      value: this.#config.initialState,
      what: 'initialState',
      then: (text) => this.#checkFrom(operation, { number, isNew, text }),
      // Only a started operation can be recorded as failed.
      unsavable: (error) => {
        const failed = () => fail(this, operation, { thrown: error });
        return isNew ? save('START', undefined, failed) : failed();
      },
    });
  }

  #checkFrom(operation: OperationScope, { number, isNew, text }: Check): Next<T> {
    return whenKnown(this.#copyOf(text, operation), (state) =>
      attempt(
        {
          number,
          isNew,
          body: aroundAttempt(operation, { number, isAtMostOnce: false }, (context) => this.#check(state, context)),
        },
        {
          ended: (next) => this.#checked(operation, next, number),
          failed: (thrown) => fail(this, operation, { thrown }),
        },
      ),
    );
  }

  #checked(operation: OperationScope, value: T, number: number): Next<T> {
    return whenSavable(this, operation, {
      value,
      then: (payload) =>
        whenKnown(this.#copyOf(payload, operation), (state) => this.#decide(operation, { payload, state, number })),
    });
  }

  /** A strategy that throws has decided, too: `createWaitStrategy()` does so after the last check. */
  #decide(operation: OperationScope, { payload, state, number }: Checked<T>): Next<T> {
    const config = this.#config;
    const ask = () =>
      readWaitDecision(inAskedFrame(operation, 'waitStrategy', () => config.waitStrategy(state, number)));
    let delaySeconds: number | undefined;
    try {
      delaySeconds = asking(`waitStrategy of ${operation.label}`, ask);
    } catch (thrown) {
      return fail(this, operation, { thrown });
    }
    if (delaySeconds === undefined) return succeed(this, operation, payload);
    return retry(operation, { Payload: payload }, delaySeconds);
  }

  #copyOf(text: string | undefined, operation: OperationScope): T | Promise<T> {
    return this.form.decode(text, operation) as T | Promise<T>;
  }

  #assertComplete(operation: OperationScope): void {
    const { label } = operation;
    const { waitStrategy, initialState } = this.#config;
    if (typeof waitStrategy !== 'function')
      throw new ConfigValidationError(
        `The waitStrategy of ${label} is ${shown(waitStrategy)}. Give a function, such as createWaitStrategy() makes.`,
      );
    assertNoPromise(initialState, operation, 'initialState');
    if (initialState !== undefined) return;
    throw new ConfigValidationError(
      `${label} has no initialState. The first check receives it: give a value, which may be null but not undefined.`,
    );
  }
}
