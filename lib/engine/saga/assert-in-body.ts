import { ContextValidationError } from '../base/errors/context-errors.js';
import { type CallFrame, currentFrame } from '../context/call-frame.js';
import { refuse } from '../context/context-checks.js';
import type { Labelled } from '../operations/call-checks.js';
import type { ContextScope } from '../scope.js';

/**
 * A replay runs neither steps nor contexts again that have completed: an undo that is registered there would be
 * forgotten. Only virtual contexts always run again.
 *
 * @throws {ContextValidationError} unless the calling code is the body of this context
 */
export function assertInBody(context: ContextScope, { label }: Labelled): void {
  const frame = currentFrame();
  if (!frame || isIn(context, frame)) return;
  const problem = new ContextValidationError(
    `Context usage error: ${label} was called inside ${placeOf(frame)}. A replay does not run that again, so the undo would ` +
      'be forgotten: call onFailure() in the body of the saga itself.',
  );
  refuse(problem, context);
}

function isIn({ invocation, recordedId }: ContextScope, frame: CallFrame): boolean {
  if (frame.attempt || frame.asked) return false;
  return frame.invocation === invocation && frame.context.recordedId === recordedId;
}

function placeOf({ attempt, asked, context }: CallFrame): string {
  if (asked) return `the ${asked.name} of ${asked.operation.label}`;
  return attempt ? attempt.operation.label : context.label;
}
