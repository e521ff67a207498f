import type { DurableContext } from '../../engine/context/durable-context.js';
import { undoInChildContext } from './compensation.messages.js';
import { DurableConfigurationError } from '../errors/durable-configuration-error.js';
import { currentScope } from '../pipeline/current-scope.js';
import type { DeclaredUndo } from './declared-undos.js';

/** A call of a step that a method of its class undoes. */
export interface CompensatedCall {
  context: DurableContext;
  undo: DeclaredUndo;
  /** The instance on which the step was called. */
  self: unknown;
  args: readonly never[];
  begin(): PromiseLike<unknown>;
}

/**
 * Starts the step, and registers its undo when it completes, for the case that the durable method fails.
 *
 * @throws {DurableConfigurationError} in a child context: its body is not run again once it has completed
 */
export async function compensatedCall(
  step: string,
  { context, undo, self, args, begin }: CompensatedCall,
): Promise<unknown> {
  const scope = currentScope();
  if (!scope) return begin();
  if (context !== scope.invocation.context) throw new DurableConfigurationError(undoInChildContext(step));
  // Looked up when it runs, as for any call of a method.
  const run = (result: unknown) =>
    (self as Record<string | symbol, (...all: unknown[]) => unknown>)[undo.method]!(result, ...args);
  return scope.compensation.saga.track(step, begin, { run, config: undo.config });
}
