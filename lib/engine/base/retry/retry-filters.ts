import { nodeModule } from '../../../node-module.js';
import type { RetryStrategy } from '../../operations/step-config.js';
import { countsOnly } from './counting-strategies.js';
import { refuse } from './strategy-settings.js';

const { types } = nodeModule('node:util');

/** Which errors are retried: all, unless a filter is set; then those that any filter accepts. */
export interface RetryFilters {
  /** A text that the message contains, or a pattern that it matches. */
  retryableErrors?: Array<string | RegExp>;
  retryableErrorTypes?: Array<new (...args: never[]) => Error>;
}

/** A strategy that retries what the filters accept. @param delaySeconds - the delay after an attempt, from 1 */
export function filteredStrategy(
  filters: RetryFilters,
  maxAttempts: number,
  delaySeconds: (attempt: number) => number,
): RetryStrategy {
  const strategy: RetryStrategy = (error, attemptCount) =>
    attemptCount < maxAttempts && isRetried(error, filters)
      ? { shouldRetry: true, delay: { seconds: delaySeconds(attemptCount) } }
      : { shouldRetry: false };
  return looksAtErrors(filters) ? strategy : countsOnly(strategy);
}

function looksAtErrors({ retryableErrors, retryableErrorTypes }: RetryFilters): boolean {
  return retryableErrors !== undefined || retryableErrorTypes !== undefined;
}

function isRetried(error: Error, filters: RetryFilters): boolean {
  if (!looksAtErrors(filters)) return true;
  const { retryableErrors, retryableErrorTypes } = filters;
  return (
    (retryableErrors?.some((pattern) => matches(error.message, pattern)) ?? false) ||
    (retryableErrorTypes?.some((type) => error instanceof type) ?? false)
  );
}

/** @throws {ConfigValidationError} when a filter could never be applied */
export function checkFilters({ retryableErrors, retryableErrorTypes }: RetryFilters, maker: string): void {
  if (retryableErrors !== undefined && !isListOf(retryableErrors, isPattern)) {
    refuse(`retryableErrors of ${maker}`, retryableErrors, 'Give a list of texts and regular expressions.');
  }
  if (retryableErrorTypes !== undefined && !isListOf(retryableErrorTypes, isClass)) {
    refuse(`retryableErrorTypes of ${maker}`, retryableErrorTypes, 'Give a list of error classes.');
  }
}

function isListOf(list: unknown, belongs: (entry: unknown) => boolean): boolean {
  return Array.isArray(list) && list.every(belongs);
}

function isPattern(pattern: unknown): boolean {
  return typeof pattern === 'string' || types.isRegExp(pattern);
}

/** A class is `undefined` when modules import each other. */
function isClass(type: unknown): boolean {
  return typeof type === 'function';
}

function matches(message: string, pattern: string | RegExp): boolean {
  return typeof pattern === 'string' ? message.includes(pattern) : message.search(pattern) >= 0;
}
