import type { DurableContext } from '../../engine/context/durable-context.js';
import { undoInChildContext } from '../durable-execution.messages.js';
import { DurableConfigurationError } from '../errors/durable-configuration-error.js';
import { InvocationScope } from '../pipeline/invocation-scope.js';
import type { DeclaredUndo } from './declared-undos.js';

/** A call of a step that a method of its class undoes. */
export interface CompensatedCall {
  context: DurableContext;
  undo: DeclaredUndo;
  /** On which the step was called. */
  self: unknown;
  args: readonly never[];
  begin(): PromiseLike<unknown>;
}

/**
 * Begins the step, and knows from its end on how it is undone, should the durable method fail.
 *
 * @throws {DurableConfigurationError} in a child context: it is not run again once it has ended
 */
export async function compensatedCall(
  step: string,
  { context, undo, self, args, begin }: CompensatedCall,
): Promise<unknown> {
  const scope = InvocationScope.current();
  if (!scope) return begin();
  if (context !== scope.invocation.context) throw new DurableConfigurationError(undoInChildContext(step));
  // Looked up when it runs, as any call of a method is.
  const run = (result: unknown) =>
    (self as Record<string | symbol, (...all: unknown[]) => unknown>)[undo.method]!(result, ...args);
  return scope.compensation.saga.track(step, begin, { run, config: undo.config });
}
