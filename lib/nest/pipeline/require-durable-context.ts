import { currentDurableContext, isInsideStep } from '../../engine/context/current.js';
import type { DurableContext } from '../../engine/context/durable-context.js';
import { beforeHandler, insideStep, outsideExecution } from '../durable-execution.messages.js';
import { DurableConfigurationError } from '../errors/durable-configuration-error.js';
import { InvocationScope } from './invocation-scope.js';

/**
 * The context of the code that asks: of the execution, or of the child, branch or item it runs in.
 * @throws {DurableConfigurationError} where there are no durable operations, saying why
 */
export function requireDurableContext(): DurableContext {
  if (InvocationScope.current()?.hasStarted === false) throw new DurableConfigurationError(beforeHandler());
  const context = currentDurableContext();
  if (context) return context;
  throw new DurableConfigurationError(isInsideStep() ? insideStep() : outsideExecution());
}
