import { currentDurableContext, isInsideStep } from '../../engine/context/current.js';
import type { DurableContext } from '../../engine/context/durable-context.js';
import { beforeHandler, insideStep, outsideExecution } from '../durable-execution.messages.js';
import { DurableConfigurationError } from '../errors/durable-configuration-error.js';
import { InvocationScope } from './invocation-scope.js';

/**
 * The context of the code that asks: of the execution, or of the child, branch or item it runs in.
 * `undefined` where there are no durable operations: outside executions, inside steps, and before the handler.
 */
export function ambientDurableContext(): DurableContext | undefined {
  return isBeforeHandler() ? undefined : currentDurableContext();
}

/** The same. @throws {DurableConfigurationError} where there are no durable operations, saying why */
export function requireDurableContext(): DurableContext {
  const context = ambientDurableContext();
  if (context) return context;
  if (isBeforeHandler()) throw new DurableConfigurationError(beforeHandler());
  throw new DurableConfigurationError(isInsideStep() ? insideStep() : outsideExecution());
}

function isBeforeHandler(): boolean {
  return InvocationScope.current()?.hasStarted === false;
}
