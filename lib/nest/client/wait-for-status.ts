import type { ExecutionStatus } from '../../client/control-types.js';
import { isEnd } from '../../wire/execution-end.js';
import type { ExecutionStatusChange } from '../events/status-change.js';
import { statusChanges } from '../events/status-changes.js';

export interface StatusOptions {
  /**
   * The awaited statuses, beside an end, after which nothing else comes. @defaultValue only ends: SUCCEEDED, FAILED,
   * TIMED_OUT, STOPPED
   */
  statuses?: readonly ExecutionStatus[];
  /** Stops waiting; the execution continues. For a time limit, use `AbortSignal.timeout(60_000)`. */
  signal?: AbortSignal;
}

/** Waits until this process receives an event with the status, or of the end. @throws the reason of the signal */
export function waitForStatus(
  executionArn: string,
  { statuses, signal }: StatusOptions = {},
): Promise<ExecutionStatusChange> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const isWanted = ({ status }: ExecutionStatusChange) => isEnd(status) || statuses?.includes(status);
    const last = statusChanges.lastOf(executionArn);
    if (last && isWanted(last)) return resolve(last);
    const stop = (): void => {
      stopListening();
      signal?.removeEventListener('abort', giveUp);
    };
    const giveUp = (): void => {
      stop();
      reject(signal?.reason as Error);
    };
    const stopListening = statusChanges.listen(executionArn, (change) => {
      if (!isWanted(change)) return;
      stop();
      resolve(change);
    });
    signal?.addEventListener('abort', giveUp, { once: true });
  });
}
