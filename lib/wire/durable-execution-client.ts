import type { ApiErrorCodes } from './classify-api-error.js';
import type { OperationUpdate, WireOperation } from './operation.js';

export interface CheckpointDurableExecutionRequest {
  DurableExecutionArn: string | undefined;
  CheckpointToken: string | undefined;
  /** At most 250 updates and 750 KiB per call; an empty or absent list polls for changes. */
  Updates?: OperationUpdate[];
  /** Makes a retried call idempotent; the AWS client generates it when absent. */
  ClientToken?: string;
}

export interface CheckpointDurableExecutionResponse {
  /** Absent: this invocation may record nothing more (docs/protocol.md#checkpointdurableexecution). */
  CheckpointToken?: string | undefined;
  NewExecutionState?: CheckpointUpdatedExecutionState | undefined;
}

/** The changes since the last response of the service. */
export interface CheckpointUpdatedExecutionState {
  Operations?: WireOperation[] | undefined;
  /** Absent or empty at the last page. */
  NextMarker?: string | undefined;
}

export interface GetDurableExecutionStateRequest {
  DurableExecutionArn: string | undefined;
  CheckpointToken: string | undefined;
  Marker?: string | undefined;
  /** 0 to 1000; 0 or absent means 100. */
  MaxItems?: number | undefined;
}

export interface GetDurableExecutionStateResponse {
  Operations?: WireOperation[] | undefined;
  /** Absent, null or empty at the last page. */
  NextMarker?: string | undefined;
}

/** How the engine wants a call to be made. */
export interface DurableCallOptions {
  /** Aborted when the engine no longer waits for the call: Lambda is about to end the invocation. */
  readonly abortSignal: AbortSignal;
  /** Codes whose scope differs from the table of failures. @defaultValue none */
  readonly apiErrorCodes?: ApiErrorCodes | undefined;
  /**
   * To be called when an attempt begins, and with its failure when it will be repeated: the engine reports the failure
   * if no time is left to repeat it.
   */
  readonly onAttempt?: ((failure?: unknown) => void) | undefined;
}

/** The engine's only external interface: the two calls of the durable API. */
export interface DurableExecutionClient {
  /**
   * @param logger - never passed: only the official SDK has it
   * @param options - for clients that support them; the engine stops waiting by itself
   */
  checkpoint(
    request: CheckpointDurableExecutionRequest,
    logger?: undefined,
    options?: DurableCallOptions,
  ): Promise<CheckpointDurableExecutionResponse>;
  /**
   * Loads what the calls need. The engine awaits it before user code runs, so that no user code runs in a function
   * without its transport. Other failures are left to the calls.
   */
  preload?(): Promise<void>;
  /** The further parameters are those of {@link checkpoint}. */
  getExecutionState(
    request: GetDurableExecutionStateRequest,
    logger?: undefined,
    options?: DurableCallOptions,
  ): Promise<GetDurableExecutionStateResponse>;
}
