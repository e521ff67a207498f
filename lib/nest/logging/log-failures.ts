import type { EngineConfig } from '../../engine/engine-config.js';
import { normaliseThrown } from '../../engine/errors/error-object.js';
import { liveCauseOf } from '../../engine/errors/failure-origin.js';
import type { StepFailure } from '../../engine/failure-hooks.js';
import { errorMembers } from '../../engine/logging/error-members.js';
import { guarded } from '../../engine/logging/guarded.js';
import type { DurableExecutionModuleOptions } from '../durable-execution.options.js';
import { EngineLogger } from './engine-logger.js';

/** The settings of the engine in an application: its records go to the application's logger, unless one is configured. */
export function engineConfigOf({
  engine,
  onStepFailed,
  onExecutionFailed,
}: DurableExecutionModuleOptions): EngineConfig {
  const logger = engine?.logger ?? new EngineLogger();
  const stepHooks = [onStepFailed, engine?.onStepFailed].filter(isGiven);
  const executionHooks = [onExecutionFailed, engine?.onExecutionFailed].filter(isGiven);
  return {
    ...engine,
    logger,
    onStepFailed: (failure) => {
      guarded(() => logger.warn(recordOf(failure)));
      return callAll(stepHooks, failure);
    },
    ...(executionHooks.length > 0 && { onExecutionFailed: (failure) => callAll(executionHooks, failure) }),
  };
}

/** A failed attempt as the log tells it. The end of the execution is logged by the engine itself. */
function recordOf({ error, operation, attempt, nextAttemptDelaySeconds: delay, ...subject }: StepFailure): object {
  const members = errorMembers(normaliseThrown(error), liveCauseOf);
  const { id: operationId, name: operationName, subType } = operation;
  const label = operationName === undefined ? `${subType} ${operationId}` : `${subType} "${operationName}"`;
  const next = delay === undefined ? 'It is not tried again.' : `The next attempt is due in ${delay} s.`;
  const message = `Attempt ${attempt} of ${label} failed: ${members.errorType}: ${members.errorMessage}. ${next}`;
  return { message, ...subject, operationId, operationName, attempt, nextAttemptDelaySeconds: delay, ...members };
}

type Hook<F> = (failure: F) => unknown;

function isGiven<T>(hook: T | undefined): hook is T {
  return hook !== undefined;
}

/** One hook that fails keeps none of the others from being told. */
async function callAll<F>(hooks: ReadonlyArray<Hook<F>>, failure: F): Promise<void> {
  const results = await Promise.allSettled(hooks.map(async (hook) => hook(failure)));
  const failed = results.find(({ status }) => status === 'rejected') as PromiseRejectedResult | undefined;
  if (failed) throw failed.reason;
}
