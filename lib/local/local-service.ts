import type { ServiceClock } from './clock/clock.js';
import type { CallLog } from './http/call-log.js';
import type { Faults } from './http/faults.js';
import type { HistoryEventForm } from './http/wire-form.js';

/** Called for a checkpoint after it was accepted and before the response, which waits for a returned promise. */
export type CheckpointListener = (durableExecutionArn: string) => void | Promise<void>;

/** Called for every event of every execution's history, once it cannot be lost; times are epoch seconds. */
export type HistoryListener = (durableExecutionArn: string, event: HistoryEventForm) => void;

/** A local replacement of the durable part of AWS Lambda, for development and tests. */
export interface LocalService {
  /** For the `endpoint` of an AWS client. */
  readonly endpoint: string;
  /** Failures on demand. */
  readonly faults: Faults;
  /** The requests to the service. */
  readonly calls: CallLog;
  readonly clock: ServiceClock;
  /** @returns ends the listening */
  onCheckpoint(listener: CheckpointListener): () => void;
  /** @returns ends the listening */
  onEvent(listener: HistoryListener): () => void;
  /** Kills the function's invocation for an execution. @returns whether one was running */
  killInvocation(durableExecutionArn: string): boolean;
  /** Ends the service, and everything that runs on it. */
  close(): Promise<void>;
}
