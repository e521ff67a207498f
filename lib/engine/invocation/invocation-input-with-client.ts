import type { DurableExecutionClient } from '../../wire/durable-execution-client.js';
import type { DurableExecutionInvocationInput } from '../../wire/envelope.js';
import type { WireOperation } from '../../wire/operation.js';
import { bringsClient } from './brought-client.js';

/** An event that brings along the client to answer to, as local runners send it. It wins over any configured one. */
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

  /** Whether an event brings a client: by its shape, since a runner makes it with a copy of this class of its own. */
  static isInstance(event: unknown): event is DurableExecutionInvocationInputWithClient {
    return bringsClient(event);
  }

  get [Symbol.toStringTag](): string {
    return 'DurableExecutionInvocationInputWithClient';
  }
}
