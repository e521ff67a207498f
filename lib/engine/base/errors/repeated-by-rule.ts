import { asSentence } from '../../../wire/as-sentence.js';
import type { ErrorKnowledge } from './error-knowledge.js';
import { InvocationError } from './invocation-error.js';

/** The error for an invocation that a rule repeats. */
export function repeatedByRule(thrown: unknown, rule: string, known: ErrorKnowledge): InvocationError {
  return new InvocationError(decidedByRule(thrown, rule, known), { cause: thrown });
}

/** The message of an error, and the rule that has decided. */
export function decidedByRule(thrown: unknown, rule: string, known: ErrorKnowledge): string {
  const message = typeof thrown === 'object' && thrown !== null ? known.describe(thrown).message : String(thrown);
  return `${asSentence(message)} The rule ${rule} has decided that.`;
}
