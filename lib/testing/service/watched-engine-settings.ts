import type { EngineConfig } from '../../engine/invocation/engine-config.js';
import { CallStack } from '../run/call-site.js';
import { CollectingLogger } from '../run/collecting-logger.js';
import type { Journal } from '../run/journal.js';

/** Settings of the engine under test, and where it is noted what happens. */
interface Watched extends Pick<EngineConfig, 'clock' | 'aroundAttempt'> {
  journalOf(arn: string): Journal | undefined;
}

/** The settings of the engine under test; settings of the handler that do not conflict are kept. */
export function watchedEngineSettings(own: EngineConfig, { journalOf, ...settings }: Watched): EngineConfig {
  const logger = new CollectingLogger((record, arn) => {
    if (arn !== undefined) journalOf(arn)?.logs.push(record);
  }, own.logger);
  return {
    ...own,
    ...settings,
    logger,
    // The errors themselves are kept, with their stacks, for reports of a failed execution.
    onStepFailed: (failure) => {
      journalOf(failure.executionArn)?.failures.noteStep(failure);
      return own.onStepFailed?.(failure);
    },
    onExecutionFailed: (failure) => {
      journalOf(failure.executionArn)?.failures.noteExecution(failure);
      return own.onExecutionFailed?.(failure);
    },
    // Each start is a separate checkpoint, so that a test can stop or crash there.
    stepStartHoldMs: 0,
    onCall: (call) => journalOf(call.durableExecutionArn)?.called(call, new CallStack()),
  };
}
