import type { DurableContext } from '../../engine/context/durable-context.js';
import { ambientDurableContext } from '../../nest/pipeline/ambient-durable-context.js';
import { currentScope } from '../../nest/pipeline/current-scope.js';
import { isPassedOn } from '../run/collecting-logger.js';

/** The context of the orchestration code that calls. Loggers may read the clock: nothing of theirs is replayed. */
export function orchestrationContext(): DurableContext | undefined {
  return isPassedOn() ? undefined : ambientDurableContext();
}

/**
 * Whether the handler's value or error has reached the interceptors and filters around it: what they do then is replayed
 * only if the execution is suspended once more.
 */
export function isAfterHandler(): boolean {
  return currentScope()?.progress.hasHandlerGiven ?? false;
}
