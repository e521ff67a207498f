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
  /** Absent: this invocation may record nothing more (PROTOCOL §2.3). */
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

/** All that the engine needs of the outside: the two calls of the durable API. */
export interface DurableExecutionClient {
  checkpoint(request: CheckpointDurableExecutionRequest): Promise<CheckpointDurableExecutionResponse>;
  getExecutionState(request: GetDurableExecutionStateRequest): Promise<GetDurableExecutionStateResponse>;
}
