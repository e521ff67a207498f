import type { BuiltInRule } from '../built-in-rule.js';
import type { ErrorLink } from '../error-link.js';

/** The mark of this package's errors; spelled here, since this layer imports nothing of the engine. */
const BRAND = Symbol.for('nestjs-durable-execution/error');

/** The mark of an error that an operation has failed with, whatever its class. */
const SETTLED = Symbol.for('nestjs-durable-execution/settled-failure');

/** Errors of operations, by the names that the official SDK gives them too. */
const OPERATION_ERRORS = new Set([
  'StepError',
  'InvokeError',
  'ChildContextError',
  'WaitForConditionError',
  'PromiseCombinatorError',
  'BatchCompletionError',
  'CallbackError',
  'CallbackExternalError',
  'CallbackTimeoutError',
  'CallbackSubmitterError',
]);

/** The package's own errors: what became of them was decided where they arose. */
export const durableRules: readonly BuiltInRule[] = [
  {
    id: 'durable-interrupted',
    verdict: 'ambiguous',
    when: 'StepInterruptedError, StepTimeoutError: the attempt had started, and it is unknown how far it got',
    matches: (error) => isBranded(error, 'StepInterruptedError') || isBranded(error, 'StepTimeoutError'),
  },
  {
    id: 'durable-operation',
    verdict: 'permanent',
    when: 'An operation has failed: its own retries have been spent, so its cause is not classified again',
    matches: isDurableLink,
  },
];

/** Whether an error tells of a failed operation, whose own retries are spent. */
export function isDurableLink(error: ErrorLink): boolean {
  return (
    error.has(SETTLED) || isBranded(error, 'DurableOperationError') || OPERATION_ERRORS.has(error.text('errorType'))
  );
}

function isBranded(error: ErrorLink, className: string): boolean {
  return brandsOf(error).includes(className);
}

function brandsOf(error: ErrorLink): readonly unknown[] {
  try {
    const names = (error.value as { [BRAND]?: unknown })[BRAND];
    return Array.isArray(names) ? names : [];
  } catch {
    return [];
  }
}
