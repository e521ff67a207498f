import type { Operation } from '../../wire/operation.js';
import { normaliseThrown } from '../errors/error-object.js';
import { StepInterruptedError } from '../errors/operation-errors.js';
import { defaultRetryStrategy } from '../retry/default-retry-strategy.js';
import type { Next, OperationDefinition, OperationScope } from '../scope.js';
import { aroundAttempt } from './around-attempt.js';
import { attemptOf, fail, type AttemptLogic, replayAttempts, retry, succeed, tellFailed } from './attempts.js';
import { attempt, save } from './next.js';
import { whenRecorded } from './recorded.js';
import { formOf, type ResultForm } from './result-form.js';
import { withinTimeout } from './step-timeout.js';
import type { RetryDecision, StepConfig, StepFunc } from './step-config.js';

/** A function whose result is saved. */
export class Step<T> implements OperationDefinition<T>, AttemptLogic<T> {
  readonly type = 'STEP';
  readonly subType = 'Step';
  readonly form: ResultForm;
  readonly #body: StepFunc<T>;
  readonly #config: StepConfig<T>;

  constructor(body: StepFunc<T>, config: StepConfig<T> = {}) {
    this.form = formOf(config.serdes);
    this.#body = body;
    this.#config = config;
  }

  start(operation: OperationScope): Next<T> {
    return this.beginAttempt(operation, undefined);
  }

  replay(operation: OperationScope, record: Operation): Next<T> {
    return replayAttempts(this, operation, record);
  }

  /** At-most-once saves the start before the body runs; otherwise the start may travel with the end. */
  beginAttempt(operation: OperationScope, existing: Operation | undefined): Next<T> {
    const number = attemptOf(existing);
    if (!this.#isAtMostOnce) return this.#attempt(operation, number, true);
    return save('START', undefined, () => this.#attempt(operation, number, false));
  }

  /** An attempt was begun and never ended: it runs again, already started, unless it may run only once. */
  resumeAttempt(operation: OperationScope, existing: Operation): Next<T> {
    const number = attemptOf(existing);
    if (!this.#isAtMostOnce) return this.#attempt(operation, number, false);
    return this.#failed(operation, number, new StepInterruptedError(operation.id.plain, operation.name));
  }

  get #isAtMostOnce(): boolean {
    return this.#config.semantics === 'AT_MOST_ONCE_PER_RETRY';
  }

  #attempt(operation: OperationScope, number: number, isNew: boolean): Next<T> {
    return attempt(
      { number, isNew, body: this.#timedBody(operation, number) },
      {
        ended: (value) => succeed(this, operation, value),
        failed: (thrown) => this.#failed(operation, number, thrown),
      },
    );
  }

  #timedBody(operation: OperationScope, number: number): StepFunc<T> {
    const body = aroundAttempt(operation, { number, isAtMostOnce: this.#isAtMostOnce }, this.#body);
    const { timeout } = this.#config;
    if (timeout === undefined) return body;
    const { label } = operation;
    const { invocation } = operation.context;
    return (context) => withinTimeout({ invocation, label, timeout }, (signal) => body({ ...context, signal }));
  }

  #failed(operation: OperationScope, number: number, thrown: unknown): Next<T> {
    let decision: RetryDecision;
    try {
      decision = (this.#config.retryStrategy ?? defaultRetryStrategy)(normaliseThrown(thrown), number);
    } catch (strategyFailure) {
      // A strategy that throws has decided too: the step fails, with the strategy's error.
      return fail(this, operation, strategyFailure);
    }
    if (!decision.shouldRetry) return fail(this, operation, thrown);
    tellFailed(operation, thrown, decision);
    return whenRecorded(operation, thrown, (recorded) => retry(operation, { Error: recorded, delay: decision.delay }));
  }
}
