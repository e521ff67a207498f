import { isOperationName, OPERATION_NAME_RULE } from '../../wire/operation-name.js';
import { ConfigValidationError, ContextValidationError } from '../base/errors/context-errors.js';
import { shown, shownText } from '../base/errors/shown.js';
import type { ContextScope } from '../scope.js';
import type { NamedOperation } from './named-operation.js';
import { type CallFrame, currentFrame } from './call-frame.js';

/**
 * What is wrong with a call of this context's operation from the code of a frame. Nothing durable may be called in a
 * step's body, a strategy, a mapper, a serdes or a hook. In a child's body only the child's own context may be called: a call of
 * the parent's would take a position that depends on timing.
 */
export function contextMisuse(
  frame: CallFrame | undefined,
  context: ContextScope,
  operation: Pick<NamedOperation, 'label'>,
): ContextValidationError | undefined {
  if (frame === undefined || isBodyOf(frame, context)) return undefined;
  return new ContextValidationError(
    `Context usage error: ${operation.label} was called ${placeOfCall(frame, context)}`,
  );
}

/**
 * Ends the invocation of the calling code for a call that must be told at once: code that catches the error does not
 * continue on another path either.
 */
export function refuse(problem: Error, { invocation }: ContextScope): never {
  const { invocation: caller } = currentFrame() ?? { invocation };
  if (!caller.isSettled) caller.fault(problem, 'user-code');
  throw problem;
}

function isBodyOf(frame: CallFrame, context: ContextScope): boolean {
  return frame.context === context && frame.attempt === undefined && frame.asked === undefined;
}

/** Where the call is, and where it should be. */
function placeOfCall({ invocation, attempt, asked }: CallFrame, context: ContextScope): string {
  if (invocation !== context.invocation) {
    return (
      'on a context of another invocation. Keep no context in a variable outside the handler: the process outlives the ' +
      `invocation. ${CALLED_LATER}`
    );
  }
  if (asked) {
    return (
      `inside the ${asked.name} of ${asked.operation.label}. A replay does not call that again: call durable operations ` +
      'in the body instead.'
    );
  }
  return attempt
    ? `inside ${attempt.operation.label}. A step's body runs no durable operations: move it out of the step, or use ` +
        'runInChildContext instead of the step.'
    : 'on the context of another body. Use the context that is passed to the function with this call: its ' +
        `operations have their own numbering. ${CALLED_LATER}`;
}

/** They call it in the body that is active then, not in the one that has given it to them. */
const CALLED_LATER =
  'If a queue or an event emitter has made the call, give it AsyncResource.bind(fn) of node:async_hooks.';

/** What is wrong with an operation's name. @param isOptional - whether the operation may have none */
export function nameProblem(
  { name, subType }: Pick<NamedOperation, 'name' | 'subType'>,
  isOptional = true,
): ConfigValidationError | undefined {
  if ((isOptional && name === undefined) || isOperationName(name)) return undefined;
  return new ConfigValidationError(
    `${shownText(subType)} was given the name ${shown(name)}. A name is ${OPERATION_NAME_RULE}.`,
  );
}
