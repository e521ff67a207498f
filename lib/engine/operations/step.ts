import type { Operation } from '../../wire/operation.js';
import { calledFromHere } from '../context/called-from-here.js';
import { normaliseThrown } from '../errors/error-object.js';
import { StepInterruptedError } from '../errors/operation-errors.js';
import { isUnrecoverableError } from '../errors/recognise.js';
import { recordedError } from '../errors/recorded-error.js';
import { defaultRetryStrategy } from '../retry/default-retry-strategy.js';
import { attemptOf, AttemptedOperation } from './attempted-operation.js';
import type { OperationPlace } from './operation.js';
import { withinTimeout } from './step-timeout.js';
import type { RetryDecision, StepConfig, StepFunc } from './step-config.js';

/** A function whose result is saved (PROTOCOL §5.3). */
export class StepOperation<T> extends AttemptedOperation<T> {
  readonly subType = 'Step';
  readonly #body: StepFunc<T>;
  readonly #config: StepConfig<T>;

  constructor(place: OperationPlace, body: StepFunc<T>, config: StepConfig<T> = {}) {
    super(place, config.serdes);
    this.#body = body;
    this.#config = config;
  }

  /** At-most-once saves the start before the body runs; otherwise the start may travel with the end. */
  protected beginAttempt(existing: Operation | undefined): void {
    const attempt = attemptOf(existing);
    this.busy();
    if (this.#isAtMostOnce)
      return this.save(
        'START',
        undefined,
        calledFromHere(() => this.#attempt(attempt)),
      );
    this.enqueue('START');
    this.#attempt(attempt);
  }

  /** An attempt was begun and never ended: it runs again, already started, unless it may run only once. */
  protected resumeAttempt(existing: Operation): void {
    const attempt = attemptOf(existing);
    this.busy();
    if (!this.#isAtMostOnce) return this.#attempt(attempt);
    this.#attemptFailed(new StepInterruptedError(this.id.plain, this.name), attempt);
  }

  get #isAtMostOnce(): boolean {
    return this.#config.semantics === 'AT_MOST_ONCE_PER_RETRY';
  }

  #attempt(attempt: number): void {
    this.runAttempt(attempt, {
      body: this.#timedBody,
      ended: (value) => this.succeed(value),
      failed: (thrown) => this.#attemptFailed(thrown, attempt),
    });
  }

  get #timedBody(): StepFunc<T> {
    const { timeout } = this.#config;
    if (timeout === undefined) return this.#body;
    const { invocation, label } = this;
    return (context) => withinTimeout({ invocation, label, timeout }, (signal) => this.#body({ ...context, signal }));
  }

  #attemptFailed(thrown: unknown, attempt: number): void {
    if (isUnrecoverableError(thrown)) throw thrown;
    let decision: RetryDecision;
    try {
      decision = (this.#config.retryStrategy ?? defaultRetryStrategy)(normaliseThrown(thrown), attempt);
    } catch (strategyFailure) {
      // A strategy that throws has decided too: the step fails, with the strategy's error.
      return this.fail(strategyFailure);
    }
    if (!decision.shouldRetry) return this.fail(thrown);
    this.tellFailed(thrown, decision);
    this.retry({ Error: recordedError(thrown) }, decision.delay);
  }
}
