import type { ApiErrorCodes } from './classify-api-error.js';
import type { OperationUpdate, WireOperation } from './operation.js';

export interface CheckpointDurableExecutionRequest {
  DurableExecutionArn: string | undefined;
  CheckpointToken: string | undefined;
  /** At most 250 updates and 750 KiB a call; empty or absent polls for what has changed. */
  Updates?: OperationUpdate[];
  /** Makes a repeated call idempotent; drawn by the AWS client when absent. */
  ClientToken?: string;
}

export interface CheckpointDurableExecutionResponse {
  /** Absent: this invocation may record nothing more (docs/protocol.md#checkpointdurableexecution). */
  CheckpointToken?: string | undefined;
  NewExecutionState?: CheckpointUpdatedExecutionState | undefined;
}

/** What has changed since the service last told. */
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
  /** Aborted when nobody waits for the call any more: Lambda is about to end the invocation. */
  readonly abortSignal: AbortSignal;
  /** Codes that are to be judged otherwise than the table of failures does. @defaultValue none */
  readonly apiErrorCodes?: ApiErrorCodes | undefined;
}

/** All that the engine needs of the outside: the two calls of the durable API. */
export interface DurableExecutionClient {
  /**
   * @param logger - never given: only the official SDK has it
   * @param options - for clients that can obey them; the engine stops waiting by itself
   */
  checkpoint(
    request: CheckpointDurableExecutionRequest,
    logger?: undefined,
    options?: DurableCallOptions,
  ): Promise<CheckpointDurableExecutionResponse>;
  /**
   * Loads what the calls need. The engine waits for it before user code runs, so that nothing happens in a function
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
