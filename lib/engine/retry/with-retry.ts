import { splitName } from '../context/call-arguments.js';
import type { DurableContext } from '../context/durable-context.js';
import { normaliseThrown } from '../errors/error-object.js';
import { isUnrecoverableError } from '../errors/recognise.js';
import type { ChildConfig } from '../operations/child-context-config.js';
import type { RetryStrategy } from '../operations/step-config.js';

export interface WithRetryConfig<T> {
  /** Decides after each failed attempt, as for a step. */
  retryStrategy: RetryStrategy;
  /** Whether all attempts stand in one child context; the last failure is then a `ChildContextError`. @defaultValue true */
  wrapWithRunInChildContext?: boolean;
  /** For that child context. */
  childContextConfig?: ChildConfig<T>;
}

/** @param attempt - from 1 */
export type RetryableFunc<T> = (context: DurableContext, attempt: number) => Promise<T>;

type WithRetryArguments<T> =
  [string | undefined, RetryableFunc<T>, WithRetryConfig<T>] | [RetryableFunc<T>, WithRetryConfig<T>];

/**
 * Runs a function of durable operations again when it fails, with durable waits in between: for what no step may hold,
 * such as an `invoke` or a callback.
 *
 * Persisted: whatever the function's operations persist, and the waits (`<name>-backoff-<attempt>`).
 *
 * @param name - of the child context
 * @throws {ChildContextError} when the last attempt failed, or what it threw if there is no child context
 * @example
 * const approval = await withRetry(context, 'approval', (attempts) => attempts.waitForCallback(askForApproval), {
 *   retryStrategy: createRetryStrategy({ maxAttempts: 3 }),
 * });
 */
export function withRetry<T>(
  context: DurableContext,
  name: string | undefined,
  func: RetryableFunc<T>,
  config: WithRetryConfig<T>,
): Promise<T>;
export function withRetry<T>(context: DurableContext, func: RetryableFunc<T>, config: WithRetryConfig<T>): Promise<T>;
export function withRetry<T>(context: DurableContext, ...args: WithRetryArguments<T>): Promise<T> {
  const { name, rest } = splitName<[RetryableFunc<T>, WithRetryConfig<T>]>(args);
  const [func, { retryStrategy, wrapWithRunInChildContext = true, childContextConfig }] = rest;
  const attempts = (inner: DurableContext) => runAttempts(inner, { name, func, retryStrategy });
  return wrapWithRunInChildContext ? context.runInChildContext(name, attempts, childContextConfig) : attempts(context);
}

interface Attempts<T> {
  name: string | undefined;
  func: RetryableFunc<T>;
  retryStrategy: RetryStrategy;
}

async function runAttempts<T>(context: DurableContext, { name, func, retryStrategy }: Attempts<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await func(context, attempt);
    } catch (thrown) {
      if (isUnrecoverableError(thrown)) throw thrown;
      const { shouldRetry, delay = { seconds: 1 } } = retryStrategy(normaliseThrown(thrown), attempt);
      if (!shouldRetry) throw thrown;
      if (name === undefined) await context.wait(delay);
      else await context.wait(`${name}-backoff-${attempt}`, delay);
    }
  }
}
