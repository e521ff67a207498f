import type { ErrorRule } from '../../rules/error-rule.js';
import type { Duration } from '../base/duration.js';
import type { DurableContextLogger, DurableLogger } from '../context/logging/durable-logger.js';
import type { Serdes } from '../base/serdes/serdes.js';

export const StepSemantics = {
  /** The start of an attempt is saved before its body runs: an interrupted attempt is never repeated automatically. */
  AtMostOncePerRetry: 'AT_MOST_ONCE_PER_RETRY',
  /** An interrupted attempt runs again: the body must be safe to repeat. */
  AtLeastOncePerRetry: 'AT_LEAST_ONCE_PER_RETRY',
} as const;
export type StepSemantics = (typeof StepSemantics)[keyof typeof StepSemantics];

export interface RetryDecision {
  shouldRetry: boolean;
  /** Rounded up to whole seconds, at least 1, at most 366 days. @defaultValue 1 second */
  delay?: Duration;
}

/**
 * Decides what follows a failed attempt. If it throws, or returns anything else, the step fails with the error of the
 * attempt, whose message adds what the strategy did.
 *
 * @param error - what the attempt threw
 * @param attemptCount - attempts made so far, including this one
 */
export type RetryStrategy = (error: Error, attemptCount: number) => RetryDecision;

export interface StepConfig<T> {
  /** @defaultValue `retryPresets.default`: 6 attempts, 5 s doubling to 60 s, full jitter */
  retryStrategy?: RetryStrategy;
  /** @defaultValue `StepSemantics.AtLeastOncePerRetry` */
  semantics?: StepSemantics;
  /**
   * Whether a second attempt does no harm although the first may have taken effect: only then a step that failed
   * without a response is retried. It applies where rules classify errors, as in Nest applications. @defaultValue false
   */
  idempotent?: boolean;
  /**
   * Decisions about errors, applied before the rules of the application and the built-in ones. If one is wrong, the step
   * fails with the error of the attempt, whose message adds what is wrong. @defaultValue none
   */
  errors?: readonly ErrorRule[];
  /**
   * Whether an interrupted attempt counts as failed, if the step may run more than once.
   * @defaultValue `countInterruptedAttempts` of the engine's settings: true in Nest applications
   */
  countInterruptedAttempts?: boolean;
  /** @defaultValue the context's default serdes, JSON unless configured */
  serdes?: Serdes<T>;
  /**
   * The recorded subtype of the step, which plugins receive: 1 to 32 letters, digits, hyphens and underscores. A replay
   * compares it, so changing it breaks running executions. @defaultValue `Step`
   */
  subType?: string;
  /**
   * How long one attempt may take; after that it has failed with `StepTimeoutError`, and the retry strategy decides.
   * Its context's `signal` is aborted, and the body is abandoned: JavaScript cannot stop it. @defaultValue none
   */
  timeout?: Duration;
}

export interface OperationContext<TLogger extends DurableLogger = DurableLogger> {
  logger: DurableContextLogger<TLogger>;
}

export interface StepContext<TLogger extends DurableLogger = DurableLogger> extends OperationContext<TLogger> {
  /** The number of this attempt, from 1. */
  attempt: number;
  /**
   * The same in every attempt of this operation and in every invocation, and different in every other operation: pass
   * it to a service that accepts one, such as a payment gateway, so that a repeated request takes effect once. A UUID,
   * derived from the ARN of the execution and the id of the operation; another execution has other keys.
   */
  readonly idempotencyKey: string;
  /** The same only for this attempt: for requests that should be made again after a failure. */
  readonly attemptKey: string;
  /**
   * Aborted when the attempt's timeout has passed, and about 3 seconds before Lambda ends the invocation, with a
   * `StepInterruptedError` as the reason: a body that ends then can still be saved. JavaScript cannot stop a body that
   * does not.
   */
  readonly signal: AbortSignal;
}

export type StepFunc<T, TLogger extends DurableLogger = DurableLogger> = (context: StepContext<TLogger>) => Promise<T>;
