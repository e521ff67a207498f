import { OPERATION_NAME_CHARACTERS } from '../../../wire/limits.js';
import { splitName, type Named } from '../../context/call-arguments.js';
import type { DurableContext } from '../../context/durable-context.js';
import { handled } from '../handled.js';
import { normaliseThrown } from '../errors/error-object.js';
import { DurableOperationError } from '../errors/operation-errors.js';
import { endsInvocation, isOperationError, isUnrecoverableError } from '../errors/recognise.js';
import { recordedError } from '../errors/recorded-error.js';
import { failureAfter } from '../errors/user-function-failure.js';
import { aBoolean, assertConfig, assertFunction } from '../../operations/call-checks.js';
import type { ChildConfig } from '../../operations/child-context-config.js';
import type { RetryStrategy } from '../../operations/step-config.js';
import { readRetryDecision } from '../../operations/user-answers.js';

const CHECKS = [aBoolean('wrapWithRunInChildContext')];

export interface WithRetryConfig<T> {
  /** Decides after each failed attempt, as for a step. */
  retryStrategy: RetryStrategy;
  /**
   * Whether all attempts are in one child context; the last failure is then a `ChildContextError`. @defaultValue true
   */
  wrapWithRunInChildContext?: boolean;
  /** For that child context. */
  childContextConfig?: ChildConfig<T>;
}

/** @param attempt - from 1 */
export type RetryableFunc<T> = (context: DurableContext, attempt: number) => Promise<T>;

/**
 * Runs a function of durable operations again when it fails, with durable waits in between: for what no step may hold,
 * such as an `invoke` or a callback.
 *
 * Persisted: whatever the function's operations persist, and the waits (`<name>-backoff-<attempt>`).
 *
 * @param name - of the child context
 * @throws {ConfigValidationError} when the function or the strategy is missing
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
export function withRetry<T>(
  context: DurableContext,
  ...args: Named<[RetryableFunc<T>, WithRetryConfig<T>]>
): Promise<T> {
  const { name, rest } = splitName<[RetryableFunc<T>, WithRetryConfig<T>]>(args);
  const [func, config] = rest;
  const label = name === undefined ? 'withRetry()' : `withRetry "${name}"`;
  assertFunction(func, { label }, 'a function to run');
  assertConfig(config, { label }, CHECKS);
  assertFunction(config?.retryStrategy, { label }, 'a retryStrategy');
  const { retryStrategy, wrapWithRunInChildContext = true, childContextConfig } = config;
  const attempts = (inner: DurableContext) => runAttempts(inner, { name, label, func, retryStrategy });
  if (!wrapWithRunInChildContext) return handled(attempts(context));
  return context.runInChildContext(name, attempts, childContextConfig);
}

interface Attempts<T> {
  name: string | undefined;
  /** The name of the group in messages. */
  label: string;
  func: RetryableFunc<T>;
  retryStrategy: RetryStrategy;
}

async function runAttempts<T>(context: DurableContext, attempts: Attempts<T>): Promise<T> {
  const { name, func } = attempts;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await func(context, attempt);
    } catch (thrown) {
      if (isUnrecoverableError(thrown)) throw thrown;
      const seconds = secondsUntilNext(attempts, thrown, attempt);
      if (seconds === undefined) throw thrown;
      const delay = { seconds };
      if (name === undefined) await context.wait(delay);
      else await context.wait(`${name}-backoff-${attempt}`.slice(0, OPERATION_NAME_CHARACTERS), delay);
    }
  }
}

/** @throws {DurableOperationError} the failure itself, when the strategy returns no decision */
function secondsUntilNext<T>(
  { label, retryStrategy }: Attempts<T>,
  thrown: unknown,
  attempt: number,
): number | undefined {
  try {
    return readRetryDecision(retryStrategy(normaliseThrown(thrown), attempt));
  } catch (failure) {
    if (endsInvocation(failure)) throw failure;
    const recorded = failureAfter(recordedError(thrown), `retryStrategy of ${label}`, failure);
    const failed = DurableOperationError.fromErrorObject(recorded);
    // Of an operation's error the record has no cause: its `cause.name` is what user code matches.
    if (isOperationError(thrown)) failed.cause = (thrown as DurableOperationError).cause ?? failed.cause;
    throw failed;
  }
}
