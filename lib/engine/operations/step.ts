import { MAX_DELAY_SECONDS } from '../../wire/limits.js';
import {
  OperationAction,
  OperationStatus,
  OperationSubType,
  OperationType,
  type Operation,
} from '../../wire/operation.js';
import { runInFrame } from '../context/call-frame.js';
import { toDelaySeconds, toSeconds } from '../duration.js';
import { normaliseThrown } from '../errors/error-object.js';
import { DurableOperationError, StepInterruptedError } from '../errors/operation-errors.js';
import { isUnrecoverableError } from '../errors/recognise.js';
import { recordedError } from '../errors/recorded-error.js';
import { retryPresets } from '../retry/retry-presets.js';
import { decode, encode } from '../serdes/conversion.js';
import { DurableOperation, type OperationPlace } from './operation.js';
import { type RetryDecision, type StepConfig, type StepFunc, StepSemantics } from './step-config.js';

/** Seconds until the next attempt when a strategy names none. */
const DEFAULT_RETRY_DELAY_SECONDS = 1;

/** A function whose result is saved (PROTOCOL §5.3). */
export class StepOperation<T> extends DurableOperation<T> {
  readonly type = OperationType.STEP;
  readonly subType = OperationSubType.STEP;
  readonly #body: StepFunc<T>;
  readonly #config: StepConfig<T>;

  constructor(place: OperationPlace, body: StepFunc<T>, config: StepConfig<T> = {}) {
    super(place);
    this.#body = body;
    this.#config = config;
  }

  protected start(): Promise<void> {
    return this.executing(() => this.#announcedAttempt(1));
  }

  protected replay(existing: Operation): void | Promise<void> {
    switch (existing.Status) {
      case OperationStatus.SUCCEEDED:
        return this.#succeeded(existing.StepDetails?.Result);
      case OperationStatus.PENDING:
        return this.awaitNextAttempt(existing);
      case OperationStatus.READY:
        return this.executing(() => this.#announcedAttempt(attemptOf(existing)));
      case OperationStatus.STARTED:
        return this.executing(() => this.#afterInterruption(attemptOf(existing)));
      case OperationStatus.FAILED:
      case OperationStatus.CANCELLED:
      case OperationStatus.TIMED_OUT:
      case OperationStatus.STOPPED:
        return this.#failed(DurableOperationError.fromErrorObject(existing.StepDetails?.Error ?? {}));
      default:
        return existing.Status satisfies never;
    }
  }

  get #isAtMostOnce(): boolean {
    return this.#config.semantics === StepSemantics.AtMostOncePerRetry;
  }

  /** At-most-once saves the start before the body runs; otherwise the start may travel with the end. */
  async #announcedAttempt(attempt: number): Promise<void> {
    if (this.#isAtMostOnce) await this.save(OperationAction.START);
    else this.enqueue(OperationAction.START);
    await this.#attempt(attempt);
  }

  /** An attempt was begun and never ended: it runs again, already started, unless it may run only once. */
  #afterInterruption(attempt: number): Promise<void> {
    if (!this.#isAtMostOnce) return this.#attempt(attempt);
    return this.#attemptFailed(new StepInterruptedError(this.id.plain, this.name), attempt);
  }

  async #attempt(attempt: number): Promise<void> {
    let value: T;
    try {
      value = await this.#runBody(attempt);
    } catch (thrown) {
      if (isUnrecoverableError(thrown)) throw thrown;
      return this.#attemptFailed(thrown, attempt);
    }
    const encoding = encode(value, this.#serdes, this.conversionSubject);
    const payload = typeof encoding === 'object' ? await encoding : encoding;
    await this.save(OperationAction.SUCCEED, { Payload: payload });
    this.#succeeded(payload);
  }

  #runBody(attempt: number): Promise<T> {
    const { invocation, context } = this;
    const stepContext = { attempt, logger: context.loggerFor(this, attempt) };
    return runInFrame({ invocation, context, step: this.label }, async () => this.#body(stepContext));
  }

  async #attemptFailed(thrown: unknown, attempt: number): Promise<void> {
    let decision: RetryDecision;
    try {
      decision = (this.#config.retryStrategy ?? retryPresets.default)(normaliseThrown(thrown), attempt);
    } catch (strategyFailure) {
      if (isUnrecoverableError(strategyFailure)) throw strategyFailure;
      // A strategy that throws has decided too: the step fails, with the strategy's error.
      return this.#fail(strategyFailure);
    }
    if (!decision.shouldRetry) return this.#fail(thrown);
    const seconds = decision.delay ? toSeconds(decision.delay) : DEFAULT_RETRY_DELAY_SECONDS;
    const NextAttemptDelaySeconds = toDelaySeconds(seconds, MAX_DELAY_SECONDS);
    await this.save(OperationAction.RETRY, { Error: recordedError(thrown), StepOptions: { NextAttemptDelaySeconds } });
    this.awaitNextAttempt(this.record);
  }

  async #fail(thrown: unknown): Promise<void> {
    const errorObject = recordedError(thrown);
    await this.save(OperationAction.FAIL, { Error: errorObject });
    this.#failed(DurableOperationError.fromErrorObject(errorObject));
  }

  #succeeded(payload: string | undefined): void {
    this.completion.settle(() => decode(payload, this.#serdes, this.conversionSubject) as T | Promise<T>);
  }

  #failed(error: Error): void {
    this.completion.settle(() => {
      throw error;
    });
  }

  get #serdes() {
    return this.#config.serdes ?? this.context.defaultSerdes;
  }
}

/** The number of the attempt that is running or due: the service counts those that have ended. */
function attemptOf(existing: Operation): number {
  return (existing.StepDetails?.Attempt ?? 0) + 1;
}
