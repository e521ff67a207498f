import { OPERATION_NAME_CHARACTERS } from '../../wire/limits.js';
import { ConfigValidationError, ContextValidationError } from '../errors/context-errors.js';
import type { ContextScope, NamedOperation } from '../scope.js';
import type { CallFrame } from './call-frame.js';

/**
 * What is wrong with calling an operation of this context from the body whose frame is given: in a step's body nothing
 * durable may be called, and in a child's body only the child's own context, since a call on the parent's would take a
 * position that depends on timing.
 */
export function contextMisuse(
  frame: CallFrame | undefined,
  context: ContextScope,
  operation: NamedOperation,
): ContextValidationError | undefined {
  if (frame === undefined || (frame.context === context && frame.attempt === undefined)) return undefined;
  return new ContextValidationError(
    `Context usage error: ${operation.label} was called ${placeOfCall(frame, context)}`,
  );
}

/** Where the call stands, and where it should. */
function placeOfCall({ invocation, attempt }: CallFrame, context: ContextScope): string {
  if (invocation !== context.invocation) {
    return (
      'on a context of another invocation. Keep no context in a variable outside the handler: the process outlives the ' +
      'invocation.'
    );
  }
  return attempt
    ? `inside ${attempt.operation.label}. A step's body runs no durable operations: move it out of the step, or use ` +
        'runInChildContext in place of the step.'
    : 'on the context of another body. Use the context that is passed to the function in which the call stands: its ' +
        'operations are numbered by themselves.';
}

/** What is wrong with an operation's name; the service would refuse it with a permanent 400 (PROTOCOL §2.2). */
export function nameProblem({ name, subType }: NamedOperation): ConfigValidationError | undefined {
  if (name === undefined || isOperationName(name)) return undefined;
  return new ConfigValidationError(
    `${subType} was given the name ${JSON.stringify(name.slice(0, OPERATION_NAME_CHARACTERS))}. A name is 1 to ` +
      `${OPERATION_NAME_CHARACTERS} characters of printable ASCII.`,
  );
}

/** Without a regular expression: one that is not compiled yet took a third of the time of a replay in a fresh process. */
function isOperationName(name: string): boolean {
  for (let index = 0; index < name.length; index += 1) {
    const code = name.charCodeAt(index);
    if (code < 0x20 || code > 0x7e) return false;
  }
  return name.length > 0 && name.length <= OPERATION_NAME_CHARACTERS;
}
