import type { DurableExecutionClient } from '../../wire/durable-execution-client.js';
import type { DurableExecutionInvocationInput } from '../../wire/envelope.js';
import type { WireOperation } from '../../wire/operation.js';
import { hasClient } from './client-in-event.js';

/**
 * An event that contains the client for its checkpoints, as local runners send it. That client overrides a configured
 * one.
 */
export class DurableExecutionInvocationInputWithClient implements DurableExecutionInvocationInput {
  readonly DurableExecutionArn: string;
  readonly CheckpointToken: string;
  readonly InitialExecutionState: { Operations: WireOperation[]; NextMarker?: string | undefined };
  readonly UpdatedOperationIds?: string[];
  readonly durableExecutionClient: DurableExecutionClient;

  constructor(input: DurableExecutionInvocationInput, durableExecutionClient: DurableExecutionClient) {
    this.DurableExecutionArn = input.DurableExecutionArn;
    this.CheckpointToken = input.CheckpointToken;
    this.InitialExecutionState = input.InitialExecutionState;
    this.UpdatedOperationIds = input.UpdatedOperationIds;
    this.durableExecutionClient = durableExecutionClient;
  }

  /** Whether an event contains a client: recognised by its shape, because a runner has its own copy of this class. */
  static isInstance(event: unknown): event is DurableExecutionInvocationInputWithClient {
    return hasClient(event);
  }

  get [Symbol.toStringTag](): string {
    return 'DurableExecutionInvocationInputWithClient';
  }
}
