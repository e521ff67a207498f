import type { ErrorKnowledge } from './error-knowledge.js';
import { InvocationError } from './invocation-error.js';

/** What a rule makes of an error for which the invocation is to be repeated. */
export function repeatedByRule(thrown: unknown, rule: string, known: ErrorKnowledge): InvocationError {
  return new InvocationError(decidedByRule(thrown, rule, known), { cause: thrown });
}

/** The message of an error, and which rule has decided what follows. */
export function decidedByRule(thrown: unknown, rule: string, known: ErrorKnowledge): string {
  const message = typeof thrown === 'object' && thrown !== null ? known.describe(thrown).message : String(thrown);
  return `${message} The rule ${rule} has decided so.`;
}
