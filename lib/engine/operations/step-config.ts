import type { ErrorRule } from '../../rules/error-rule.js';
import type { Duration } from '../base/duration.js';
import type { DurableContextLogger, DurableLogger } from '../context/logging/durable-logger.js';
import type { Serdes } from '../base/serdes/serdes.js';

export const StepSemantics = {
  /** The start of an attempt is saved before its body runs: an interrupted attempt is never repeated by itself. */
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
 * Decides what follows a failed attempt. One that throws, or returns anything else, fails the step with the error of the
 * attempt, whose message goes on with what the strategy did.
 *
 * @param error - what the attempt threw
 * @param attemptCount - attempts made so far, this one included
 */
export type RetryStrategy = (error: Error, attemptCount: number) => RetryDecision;

export interface StepConfig<T> {
  /** @defaultValue `retryPresets.default`: 6 attempts, 5 s doubling to 60 s, full jitter */
  retryStrategy?: RetryStrategy;
  /** @defaultValue `StepSemantics.AtLeastOncePerRetry` */
  semantics?: StepSemantics;
  /**
   * Whether a second attempt does no harm although the first may have taken effect: only then is what failed without an
   * answer tried again. Asked where errors are judged by rules, as in Nest applications. @defaultValue false
   */
  idempotent?: boolean;
  /** What follows which error, asked before the rules of the application and the built-in ones. @defaultValue none */
  errors?: readonly ErrorRule[];
  /**
   * Whether an attempt that was cut off counts as a failed one, where the step may run more than once.
   * @defaultValue `countInterruptedAttempts` of the engine's settings: true in Nest applications
   */
  countInterruptedAttempts?: boolean;
  /** @defaultValue the context's default serdes, JSON unless configured */
  serdes?: Serdes<T>;
  /**
   * What is recorded as the kind of the step, and told to plugins: 1 to 32 letters, digits, hyphens and underscores. A replay
   * compares it, so changing it breaks executions under way. @defaultValue `Step`
   */
  subType?: string;
  /**
   * How long one attempt may take; after that it has failed with `StepTimeoutError`, and the retry strategy decides. The
   * body is told by its context's `signal`, and left behind: JavaScript cannot stop it. @defaultValue none
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
   * The same in every attempt of this operation and in every invocation, and in no other operation: give it to a service
   * that takes one, such as a payment gateway, so that a request that comes again takes effect once. A UUID, made of the ARN
   * of the execution and the id of the operation; another execution has other keys.
   */
  readonly idempotencyKey: string;
  /** The same for this attempt alone: for requests that are meant to be made anew after a failure. */
  readonly attemptKey: string;
  /**
   * Aborted when the attempt's timeout has passed, and about 3 seconds before Lambda ends the invocation, with a
   * `StepInterruptedError` as the reason: a body that ends then can still be saved. JavaScript cannot stop one that does not.
   */
  readonly signal: AbortSignal;
}

export type StepFunc<T, TLogger extends DurableLogger = DurableLogger> = (context: StepContext<TLogger>) => Promise<T>;
