import {
  CheckpointDurableExecutionCommand,
  GetDurableExecutionStateCommand,
  LambdaClient,
} from '@aws-sdk/client-lambda';
import {
  type CheckpointDurableExecutionRequest,
  type CheckpointDurableExecutionResponse,
  DurableExecutionApiClient,
  type DurableExecutionClient,
  type DurableExecutionConfig,
  type DurableExecutionInvocationInput,
  DurableExecutionInvocationInputWithClient,
  type DurableLogger,
  type GetDurableExecutionStateRequest,
  InvocationStatus,
  type Operation,
  OperationAction,
  OperationStatus,
  OperationType,
  type OperationUpdate,
  withDurableExecution,
} from '@aws/durable-execution-sdk-js';

/** Returns the AWS client's responses unchanged. */
class OwnClient implements DurableExecutionClient {
  readonly #lambda = new LambdaClient({ maxAttempts: 5 });

  checkpoint(request: CheckpointDurableExecutionRequest, logger?: DurableLogger) {
    logger?.debug('saving', request.Updates?.length);
    return this.#lambda.send(new CheckpointDurableExecutionCommand(request));
  }

  getExecutionState(request: GetDurableExecutionStateRequest) {
    return this.#lambda.send(new GetDurableExecutionStateCommand(request));
  }
}

export const configs: DurableExecutionConfig[] = [
  {},
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- taken as the official SDK takes it
  { client: new LambdaClient({ region: 'eu-central-1' }) },
  { durableExecutionClient: new OwnClient() },
  { durableExecutionClient: new DurableExecutionApiClient(new LambdaClient({})) },
  { durableExecutionClient: new DurableExecutionApiClient() },
];

/** Keeps executions in memory. */
export class MemoryClient implements DurableExecutionClient {
  readonly #operations = new Map<string, Operation>();

  async checkpoint({ Updates = [] }: CheckpointDurableExecutionRequest): Promise<CheckpointDurableExecutionResponse> {
    for (const update of Updates) this.#apply(update);
    return { CheckpointToken: 'next', NewExecutionState: { Operations: [...this.#operations.values()] } };
  }

  async getExecutionState() {
    return { Operations: [...this.#operations.values()] };
  }

  #apply({ Id, Type, Action, Payload, StepOptions }: OperationUpdate): void {
    if (Type !== OperationType.STEP || Id === undefined) return;
    const isRetry = Action === OperationAction.RETRY && (StepOptions?.NextAttemptDelaySeconds ?? 0) > 0;
    this.#operations.set(Id, {
      Id,
      Type,
      Status: isRetry ? OperationStatus.PENDING : OperationStatus.SUCCEEDED,
      StartTimestamp: new Date(),
      StepDetails: { Attempt: 1, Result: Payload },
    });
  }
}

const durable = withDurableExecution(async (event: { id: string }) => event.id, configs[0]);

/** Plays an invocation, as a runner does. */
export async function play(operations: Operation[], client: DurableExecutionClient): Promise<string | undefined> {
  const input: DurableExecutionInvocationInput = {
    DurableExecutionArn: 'arn',
    CheckpointToken: 'token',
    InitialExecutionState: { Operations: operations, NextMarker: '' },
    UpdatedOperationIds: [],
  };
  const event = new DurableExecutionInvocationInputWithClient(input, client);
  if (!DurableExecutionInvocationInputWithClient.isInstance(event)) throw new Error('not recognised');
  const output = await durable(event, {} as Parameters<typeof durable>[1]);
  if (output.Status === InvocationStatus.FAILED) throw new Error(output.Error?.ErrorMessage);
  return output.Status === InvocationStatus.SUCCEEDED ? output.Result : undefined;
}
