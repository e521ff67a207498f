import { nodeModule } from '../../node-module.js';
import { MAX_DELAY_SECONDS } from '../../wire/limits.js';
import { isOperationName, OPERATION_NAME_RULE } from '../../wire/operation-name.js';
import { durationProblem, secondsIn, toDelaySeconds } from '../base/duration.js';
import { isConfigValidationError } from '../base/errors/recognise.js';
import { shown } from '../base/errors/shown.js';
import type { CompletionDecision } from './batch-config.js';
import { leavePromise } from './call-checks.js';

const { types } = nodeModule('node:util');

/*
 * Results of user functions, such as strategies. If one returns or throws something wrong, the operation that called it
 * must fail: an `ExecutionError` of ours would end the execution, and no `catch` could prevent it.
 */

/** A wrong result. Recorded under the name of a `ConfigValidationError`, but not one: see above. */
class WrongAnswer extends Error {
  override readonly name = 'ConfigValidationError';
}

/**
 * Calls a user function, and reads its result. Its errors are rethrown unchanged, except for what says that something is
 * wrong with a configuration.
 *
 * @param who - the function in the message about a wrong result, such as `summaryGenerator of Map "mails"`
 */
export function asking<T>(who: string, ask: () => T): T {
  try {
    return ask();
  } catch (thrown) {
    throw thrown instanceof WrongAnswer || isConfigValidationError(thrown)
      ? new WrongAnswer(`The ${who} failed: ${thrown.message}`)
      : thrown;
  }
}

/** Seconds until the next attempt if a strategy sets no delay. */
const DEFAULT_DELAY_SECONDS = 1;

/** @returns seconds until the next attempt, in the form that the service accepts; `undefined` when there is none */
export function readRetryDecision(answer: unknown): number | undefined {
  const { shouldRetry, delay } = decisionWith('shouldRetry', answer, '{ shouldRetry, delay }');
  if (!verdictOf('shouldRetry', shouldRetry)) return undefined;
  return delay === undefined ? DEFAULT_DELAY_SECONDS : delayOf(delay);
}

/** @returns seconds until the next check, likewise */
export function readWaitDecision(answer: unknown): number | undefined {
  const { shouldContinue, delay } = decisionWith('shouldContinue', answer, '{ shouldContinue, delay }');
  return verdictOf('shouldContinue', shouldContinue) ? delayOf(delay) : undefined;
}

export function readCompletionDecision(answer: unknown): CompletionDecision {
  const { complete, outcome } = decisionWith('complete', answer, 'continueBatch() or completeBatch()');
  if (!verdictOf('complete', complete)) return { complete: false };
  if (outcome === undefined || outcome === 'SUCCEEDED' || outcome === 'FAILED') return { complete: true, outcome };
  throw new WrongAnswer(`it returned the outcome ${shown(outcome)}. Return CompletionOutcome.SUCCEEDED or FAILED.`);
}

/** @returns the name of an item; `undefined` for `undefined` */
export function readItemName(answer: unknown): string | undefined {
  if (answer === undefined || answer === null || answer === '') return undefined;
  if (isOperationName(answer)) return answer;
  throw wrongAnswer(answer, `a name of ${OPERATION_NAME_RULE}`);
}

/** @returns the error that a mapper has created */
export function readMappedError(answer: unknown): Error {
  if (answer instanceof Error || types.isNativeError(answer)) return answer;
  throw wrongAnswer(answer, 'an error');
}

/** A text for people; `undefined` for `undefined`. */
export function readSummary(answer: unknown): string {
  if (answer === undefined || answer === null) return '';
  if (isObject(answer)) throw wrongAnswer(answer, 'a text');
  return String(answer);
}

function decisionWith(member: string, answer: unknown, right: string): Record<string, unknown> {
  if (!isObject(answer) || !(member in answer)) throw wrongAnswer(answer, right);
  return answer as Record<string, unknown>;
}

/**
 * A plain value counts as true or false as in JavaScript; an object would always count as true, and so would a promise.
 */
function verdictOf(member: string, verdict: unknown): boolean {
  if (!isObject(verdict)) return Boolean(verdict);
  throw new WrongAnswer(`it returned ${shown(verdict)} as ${member}. ${AT_ONCE}`);
}

function delayOf(delay: unknown): number {
  const seconds = secondsIn(delay);
  if (seconds !== undefined) return toDelaySeconds(seconds, MAX_DELAY_SECONDS);
  throw new WrongAnswer(durationProblem(delay, 'its delay'));
}

const AT_ONCE = 'It must return true or false, not a promise.';

function wrongAnswer(answer: unknown, right: string): WrongAnswer {
  if (!(answer instanceof Promise)) return new WrongAnswer(`it returned ${shown(answer)}. Return ${right}.`);
  leavePromise(answer);
  return new WrongAnswer(`it returned a promise. It must be synchronous: return ${right}.`);
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}
