import { currentDurableContext, currentFrame, currentInvocation, isInsideStep } from '../../engine/adapter.js';
import type { DurableContext } from '../../engine/context/durable-context.js';
import type { DurableInvocation } from '../../engine/invocation/durable-invocation.js';
import { beforeHandler, insideStep, outsideExecution } from '../durable-execution.messages.js';
import { DurableConfigurationError } from '../errors/durable-configuration-error.js';
import { currentScope } from './current-scope.js';

/**
 * The context of the calling code: of the execution, or of the child, branch or item in which it runs. `undefined` if
 * there are no durable operations: outside executions, inside steps, and outside the durable method.
 */
export function ambientDurableContext(): DurableContext | undefined {
  return executionWithoutHandler() ? undefined : currentDurableContext();
}

/** The same. @throws {DurableConfigurationError} if there are no durable operations, with the reason */
export function requireDurableContext(): DurableContext {
  const context = ambientDurableContext();
  if (context) return context;
  if (executionWithoutHandler()) throw new DurableConfigurationError(beforeHandler());
  throw new DurableConfigurationError(isInsideStep() ? insideStep() : outsideExecution());
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
  return scope && !scope.hasStarted ? currentInvocation() : undefined;
}
