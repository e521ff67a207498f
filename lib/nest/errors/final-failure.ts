import { isOperationError, isUnrecoverableError, repeatedByRule, takenVerdictOf } from '../../engine/adapter.js';
import type { DurableInvocation } from '../../engine/invocation/durable-invocation.js';
import { memberOf } from '../../wire/thrown.js';
import { describeFailure } from '../pipeline/describe-failure.js';

/**
 * Decides which errors of a durable method end its invocation immediately: an error that states its scope, or one for
 * which a declared rule decides. Neither filters nor interceptors handle these. The built-in rules know what may pass
 * by itself, but not whether the method may run again: without a declared rule the error is an ordinary failure.
 *
 * @returns the outcome to propose, `undefined` for an ordinary failure
 */
export function finalFailureOf(invocation: DurableInvocation, thrown: unknown): { error: unknown } | undefined {
  if (isUnrecoverableError(thrown)) return { error: thrown };
  const known = invocation.errorKnowledge();
  // If rules are declared, they are loaded at boot.
  if (!known || known instanceof Promise) return undefined;
  const { decision, isDeclared, rule, foundIn } = known.explain(thrown);
  if (!isDeclared) return undefined;
  if (decision === 'fail-execution') return { error: describeFailure(thrown) };
  if (decision !== 'retry-invocation' || isRecorded(thrown, foundIn)) return undefined;
  return { error: repeatedByRule(thrown, rule, known) };
}

/** Whether the rule matched the recorded error of an operation: another invocation would find it failed again. */
function isRecorded(thrown: unknown, foundIn: string): boolean {
  let link = thrown;
  for (let depth = foundIn.split('.').length; depth > 0; depth--) {
    if (takenVerdictOf(link) || isOperationError(link)) return true;
    link = memberOf(link, 'cause');
  }
  return false;
}
