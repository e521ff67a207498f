import type { ErrorExplanation } from '../../rules/verdict.js';
import type { ErrorKnowledge } from '../base/errors/error-knowledge.js';
import { ExecutionError } from '../base/errors/execution-error.js';
import { decidedByRule, repeatedByRule } from '../base/errors/repeated-by-rule.js';
import { asksNoRules } from '../base/retry/counting-strategies.js';
import type { StepConfig } from './step-config.js';

export interface FailedAttempt {
  number: number;
  thrown: unknown;
  knowledge: ErrorKnowledge | undefined;
}

/** An attempt for which rules have decided. */
export interface ExplainedAttempt extends FailedAttempt {
  knowledge: ErrorKnowledge;
  explanation: ErrorExplanation;
}

type JudgedStep = Pick<StepConfig<never>, 'retryStrategy' | 'idempotent'>;

/**
 * What follows a failed attempt if rules apply as well: they decide whether a retry can help, and the strategy decides
 * how many retries there are and when. A strategy that inspects errors itself decides alone, except for declared rules.
 *
 * @param delaySeconds - the strategy's delay; absent if it allows no retry
 * @returns seconds until the next attempt; absent if there is none
 * @throws {ExecutionError} when a rule fails the execution
 * @throws {InvocationError} when a rule retries the invocation
 */
export function delayByRules(
  { number, thrown, knowledge, explanation }: ExplainedAttempt,
  delaySeconds: number | undefined,
  { retryStrategy, idempotent = false }: JudgedStep,
): number | undefined {
  const { decision: ruled, rule, isDeclared, ...bounds } = explanation;
  if (ruled === undefined || (!isDeclared && asksNoRules(retryStrategy))) return delaySeconds;
  switch (ruled) {
    case 'fail-execution':
      throw new ExecutionError(decidedByRule(thrown, rule, knowledge), { cause: thrown });
    case 'retry-invocation':
      throw repeatedByRule(thrown, rule, knowledge);
    case 'fail-step':
      return undefined;
    case 'retry-if-idempotent':
      return idempotent ? bounded(delaySeconds, number, bounds) : undefined;
    case 'retry-step':
      return bounded(delaySeconds, number, bounds);
    default:
      return ruled satisfies never;
  }
}

/** A strategy may wait longer than the rule requires, never shorter. */
function bounded(
  delaySeconds: number | undefined,
  number: number,
  { maxAttempts = Infinity, retryAfterSeconds = 0 }: { maxAttempts?: number; retryAfterSeconds?: number },
): number | undefined {
  if (delaySeconds === undefined || number >= maxAttempts) return undefined;
  return Math.max(delaySeconds, Math.ceil(retryAfterSeconds));
}
