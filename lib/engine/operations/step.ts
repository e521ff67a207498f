import type { ErrorExplanation } from '../../rules/verdict.js';
import type { ErrorObject, Operation } from '../../wire/operation.js';
import type { Duration } from '../base/duration.js';
import { normaliseThrown } from '../base/errors/error-object.js';
import { StepInterruptedError } from '../base/errors/operation-errors.js';
import { endsInvocation, isStepInterruptedError } from '../base/errors/recognise.js';
import { failureAfter } from '../base/errors/user-function-failure.js';
import { defaultRetryStrategy } from '../base/retry/default-retry-strategy.js';
import { wasLeftInOrder } from '../invocation/failed-invocations/failure-records.js';
import type { Next, OperationDefinition, OperationScope } from '../scope.js';
import { aroundAttempt } from './around-attempt.js';
import {
  attemptOf,
  fail,
  type AttemptLogic,
  replayAttempts,
  retry,
  succeed,
  tellFailed,
  whenSavable,
} from './attempts.js';
import {
  aBoolean,
  aFunction,
  aSerdes,
  assertConfig,
  assertFunction,
  aSubType,
  type Labelled,
  oneOf,
} from './call-checks.js';
import { delayByRules, type FailedAttempt } from './failed-attempt.js';
import { attempt, save, whenKnown } from './next.js';
import { whenRecorded } from './recorded.js';
import { formOf, type ResultForm } from './result-form.js';
import { type StepConfig, type StepFunc, StepSemantics } from './step-config.js';
import { timeoutSecondsOf, withinTimeout } from './step-timeout.js';
import { inAskedFrame } from './asked-functions.js';
import { readRetryDecision } from './user-answers.js';

const CHECKS = [
  aFunction('retryStrategy'),
  aSerdes('serdes', 'serialize', 'deserialize'),
  oneOf('semantics', StepSemantics),
  { member: 'errors', isRight: Array.isArray, right: 'an array of rules' },
  aBoolean('countInterruptedAttempts'),
  aSubType,
];

/** Shared by all steps without settings: a map starts thousands. */
const NO_CONFIG = {};

/** No one has requested a delay, and Lambda itself delays what follows a crash. */
const AFTER_INTERRUPTION_SECONDS = 1;

/**
 * The minimum number of attempts of a step that is interrupted each time: one crash must not fail a step without
 * retries.
 */
const LEAST_INTERRUPTED_ATTEMPTS = 3;

/** A function whose result is saved. */
export class Step<T> implements OperationDefinition<T>, AttemptLogic<T> {
  readonly type = 'STEP';
  readonly subType: string;
  readonly form: ResultForm;
  readonly #body: StepFunc<T>;
  readonly #config: StepConfig<T>;

  constructor(body: StepFunc<T>, config?: StepConfig<T> | null) {
    this.#config = config ?? NO_CONFIG;
    this.subType = this.#config.subType ?? 'Step';
    this.form = formOf(this.#config.serdes);
    this.#body = body;
  }

  start(operation: OperationScope): Next<T> {
    assertFunction(this.#body, operation, 'a function to run');
    if (this.#config !== NO_CONFIG) assertStepConfig(this.#config, operation);
    return this.beginAttempt(operation, undefined);
  }

  replay(operation: OperationScope, record: Operation): Next<T> {
    return replayAttempts(this, operation, record);
  }

  /** At-most-once saves the start before the body runs; otherwise the start may be sent with the completion. */
  beginAttempt(operation: OperationScope, existing: Operation | undefined): Next<T> {
    const number = attemptOf(existing);
    if (!this.#isAtMostOnce) return this.#attempt(operation, number, true);
    return save('START', undefined, () => this.#attempt(operation, number, false));
  }

  /** An attempt was started and never ended: it runs again, already started, unless it may run only once. */
  resumeAttempt(operation: OperationScope, existing: Operation): Next<T> {
    const number = attemptOf(existing);
    if (!this.#isAtMostOnce && !this.#countsAsInterrupted(operation, existing)) {
      return this.#attempt(operation, number, false);
    }
    return this.#failed(operation, number, new StepInterruptedError(operation.id.plain, operation.name));
  }

  get #isAtMostOnce(): boolean {
    return this.#config.semantics === 'AT_MOST_ONCE_PER_RETRY';
  }

  #countsAsInterrupted({ context }: OperationScope, existing: Operation): boolean {
    const { config, state } = context.invocation;
    const { countInterruptedAttempts = config.countInterruptedAttempts ?? false } = this.#config;
    return countInterruptedAttempts && !wasLeftInOrder(state, existing);
  }

  #attempt(operation: OperationScope, number: number, isNew: boolean): Next<T> {
    return attempt(
      { number, isNew, body: this.#bodyOf(operation, number) },
      {
        ended: (value) => whenSavable(this, operation, { value, then: (text) => succeed(this, operation, text) }),
        failed: (thrown) => this.#failed(operation, number, thrown),
      },
    );
  }

  #bodyOf(operation: OperationScope, number: number): StepFunc<T> {
    const body = aroundAttempt(operation, { number, isAtMostOnce: this.#isAtMostOnce }, this.#body);
    const { timeout } = this.#config;
    return timeout === undefined ? body : timedBody(operation, timeout, body);
  }

  #failed(operation: OperationScope, number: number, thrown: unknown): Next<T> {
    const known = operation.context.invocation.errorKnowledge();
    return whenKnown(known, (knowledge) => this.#judged(operation, { number, thrown, knowledge }));
  }

  #judged(operation: OperationScope, failed: FailedAttempt): Next<T> {
    let explanation: ErrorExplanation | undefined;
    let delaySeconds: number | undefined;
    let asked = 'errors';
    try {
      explanation = this.#explained(operation, failed);
      asked = 'retryStrategy';
      delaySeconds = this.#delayByStrategy(operation, failed);
    } catch (failure) {
      if (endsInvocation(failure)) throw failure;
      const who = `${asked} of ${operation.label}`;
      const recordAs = (recorded: ErrorObject) => failureAfter(recorded, who, failure);
      return fail(this, operation, { thrown: failed.thrown, explanation, recordAs });
    }
    return this.#decided(operation, { ...failed, explanation }, delaySeconds);
  }

  /** What rules say of the failure, if they are asked. */
  #explained(operation: OperationScope, { thrown, knowledge }: FailedAttempt): ErrorExplanation | undefined {
    const { clock } = operation.context.invocation;
    return this.#mayRepeat(thrown) ? undefined : knowledge?.explain(thrown, this.#config.errors, () => clock.now());
  }

  /** It was declared to run at least once: that it may have taken effect is not a reason against another attempt. */
  #mayRepeat(thrown: unknown): boolean {
    return !this.#isAtMostOnce && isStepInterruptedError(thrown);
  }

  #delayByStrategy(operation: OperationScope, { number, thrown }: FailedAttempt): number | undefined {
    const strategy = this.#config.retryStrategy?.bind(this.#config) ?? defaultRetryStrategy;
    const ask = () => strategy(normaliseThrown(thrown), number);
    return readRetryDecision(inAskedFrame(operation, 'retryStrategy', ask));
  }

  #decided(operation: OperationScope, judged: JudgedAttempt, byStrategy: number | undefined): Next<T> {
    const { thrown, explanation } = judged;
    const delaySeconds = this.#delayOf(operation, judged, byStrategy);
    if (delaySeconds === undefined) return fail(this, operation, { thrown, explanation });
    tellFailed(operation, thrown, { nextAttemptDelaySeconds: delaySeconds, explanation });
    return whenRecorded(operation, { thrown, explanation }, (Error) => retry(operation, { Error }, delaySeconds));
  }

  /** @returns seconds until the next attempt; absent if there is none */
  #delayOf(operation: OperationScope, judged: JudgedAttempt, byStrategy: number | undefined): number | undefined {
    const { number, thrown, knowledge, explanation } = judged;
    if (knowledge && explanation) return delayByRules({ ...judged, knowledge, explanation }, byStrategy, this.#config);
    return this.#mayRepeat(thrown) ? afterInterruption(operation, number, byStrategy) : byStrategy;
  }
}

/** @throws {ConfigValidationError} when no step can run with it */
export function assertStepConfig<T>(config: StepConfig<T>, called: Labelled): void {
  assertConfig(config, called, CHECKS);
  if (config.timeout !== undefined) timeoutSecondsOf(config.timeout, called.label);
}

function timedBody<T>(
  { label, context: { invocation } }: OperationScope,
  timeout: Duration,
  body: StepFunc<T>,
): StepFunc<T> {
  return (context) => withinTimeout({ invocation, label, timeout, context }, body);
}

/** A failed attempt, and what rules say of it, if they were asked. */
interface JudgedAttempt extends FailedAttempt {
  explanation: ErrorExplanation | undefined;
}

/**
 * What follows an interrupted attempt. One crash must not fail a step that it would not have failed otherwise: so the
 * strategy decides only if the attempt before was interrupted as well.
 *
 * @returns seconds until the next attempt; absent if there is none
 */
function afterInterruption(
  { record }: OperationScope,
  number: number,
  delaySeconds: number | undefined,
): number | undefined {
  const before = record?.StepDetails?.Error?.ErrorType;
  const isFirst = number < LEAST_INTERRUPTED_ATTEMPTS || (before !== undefined && before !== 'StepInterruptedError');
  if (delaySeconds === undefined && !isFirst) return undefined;
  return Math.min(delaySeconds ?? AFTER_INTERRUPTION_SECONDS, AFTER_INTERRUPTION_SECONDS);
}
