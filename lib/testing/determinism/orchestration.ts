import type { DurableContext } from '../../engine/context/durable-context.js';
import { ambientDurableContext } from '../../nest/pipeline/ambient-durable-context.js';
import { currentScope } from '../../nest/pipeline/current-scope.js';
import { isPassedOn } from '../run/collecting-logger.js';

/**
 * The context of the orchestration code that calls. Loggers, and interceptors and filters that the handler's value or
 * error has reached, may read the clock: nothing of theirs is replayed.
 */
export function orchestrationContext(): DurableContext | undefined {
  if (isPassedOn() || currentScope()?.progress.hasHandlerGiven) return undefined;
  return ambientDurableContext();
}
