import { currentDurableContext, currentFrame, currentInvocation } from '../../engine/adapter.js';
import type { DurableContext } from '../../engine/context/durable-context.js';
import type { DurableInvocation } from '../../engine/invocation/durable-invocation.js';
import { beforeHandler, outsideExecution } from './pipeline.messages.js';
import { DurableConfigurationError } from '../errors/durable-configuration-error.js';
import { currentScope } from './current-scope.js';

/**
 * The context of the calling code: of the execution, or of the child, branch or item in which it runs. `undefined` if
 * there are no durable operations: outside executions, inside steps, and outside the durable method.
 */
export function ambientDurableContext(): DurableContext | undefined {
  return executionWithoutHandler() ? undefined : currentDurableContext();
}

/**
 * The same; inside a step the context of the step, which refuses its operations and fails the execution: an error that
 * the body throws would be retried.
 * @throws {DurableConfigurationError} if there are no durable operations, with the reason
 */
export function requireDurableContext(): DurableContext {
  if (executionWithoutHandler()) throw new DurableConfigurationError(beforeHandler());
  const context = currentDurableContext() ?? currentFrame()?.context;
  if (context) return context;
  throw new DurableConfigurationError(outsideExecution());
}

/** The same for what is no operation: it exists in guards too, and inside a step. */
export function requireSurroundingContext(): DurableContext {
  return currentFrame()?.context ?? requireDurableContext();
}

/**
 * The invocation of an execution whose durable method is not running: it has not started yet, or the route has none.
 */
export function executionWithoutHandler(): DurableInvocation | undefined {
  const scope = currentScope();
  return scope && !scope.progress.hasStarted ? currentInvocation() : undefined;
}
