import type { ChainedOutcome } from '../core/operations/chained-invoke.js';
import type { ExecutionSummary } from '../store/store.js';

/** What the end of a child execution means for the chained invoke that started it. */
export function outcomeOfChild({ start, progress }: ExecutionSummary): ChainedOutcome {
  switch (progress.status) {
    case 'SUCCEEDED':
      return { status: 'SUCCEEDED', result: progress.result };
    case 'FAILED':
    case 'STOPPED':
      return { status: progress.status, error: progress.error ?? {} };
    case 'TIMED_OUT':
      return {
        status: 'TIMED_OUT',
        error: {
          ErrorType: 'ChainedInvoke.Timeout',
          ErrorMessage: `CHAINED_INVOKE timed out after ${start.timeoutSeconds} seconds.`,
        },
      };
    case 'RUNNING':
    case 'PAUSING':
    case 'PAUSED':
    case 'DELETING':
      throw new Error(`An execution that is ${progress.status} has no outcome.`);
    default:
      return progress.status satisfies never;
  }
}
