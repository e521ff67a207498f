import { type Duration, toSeconds } from '../duration.js';
import type { RetryStrategy } from '../operations/step-config.js';

export const JitterStrategy = {
  /** The computed delay itself. */
  NONE: 'NONE',
  /** Between nothing and the computed delay. */
  FULL: 'FULL',
  /** Between half the computed delay and all of it. */
  HALF: 'HALF',
} as const;
export type JitterStrategy = (typeof JitterStrategy)[keyof typeof JitterStrategy];

/** Which errors are retried at all: all, unless a filter is given; then those that any filter accepts. */
export interface RetryFilters {
  /** Text that the message contains, or a pattern that it matches. */
  retryableErrors?: Array<string | RegExp>;
  retryableErrorTypes?: Array<new (...args: never[]) => Error>;
}

export interface RetryStrategyConfig extends RetryFilters {
  /** Attempts in all, the first included. @defaultValue 3 */
  maxAttempts?: number;
  /** @defaultValue 5 seconds */
  initialDelay?: Duration;
  /** @defaultValue 300 seconds */
  maxDelay?: Duration;
  /** Each delay is this many times the one before. @defaultValue 2 */
  backoffRate?: number;
  /** @defaultValue `JitterStrategy.FULL` */
  jitter?: JitterStrategy;
}

/**
 * Retries with delays that grow by a factor.
 * @example
 * createRetryStrategy({ maxAttempts: 5, initialDelay: { seconds: 2 }, retryableErrorTypes: [GatewayTimeout] })
 */
export function createRetryStrategy(config: RetryStrategyConfig = {}): RetryStrategy {
  const { maxAttempts = 3, backoffRate = 2, jitter = 'FULL' } = config;
  const initialSeconds = toSeconds(config.initialDelay ?? { seconds: 5 });
  const maxSeconds = toSeconds(config.maxDelay ?? { seconds: 300 });
  return (error, attemptCount) => {
    if (attemptCount >= maxAttempts || !isRetried(error, config)) return { shouldRetry: false };
    const seconds = Math.min(initialSeconds * backoffRate ** (attemptCount - 1), maxSeconds);
    return { shouldRetry: true, delay: { seconds: jittered(seconds, jitter) } };
  };
}

/** Whole seconds, at least one; spread so that many failing executions do not come back together. */
export function jittered(seconds: number, jitter: JitterStrategy): number {
  return Math.max(1, Math.round(seconds * share(jitter)));
}

export function isRetried(error: Error, { retryableErrors, retryableErrorTypes }: RetryFilters): boolean {
  if (retryableErrors === undefined && retryableErrorTypes === undefined) return true;
  return (
    (retryableErrors?.some((pattern) => matches(error.message, pattern)) ?? false) ||
    (retryableErrorTypes?.some((type) => error instanceof type) ?? false)
  );
}

function matches(message: string, pattern: string | RegExp): boolean {
  return typeof pattern === 'string' ? message.includes(pattern) : message.search(pattern) >= 0;
}

function share(jitter: JitterStrategy): number {
  switch (jitter) {
    case 'NONE':
      return 1;
    case 'FULL':
      return Math.random();
    case 'HALF':
      return 0.5 + Math.random() / 2;
    default:
      return jitter satisfies never;
  }
}
