import type {
  CheckpointDurableExecutionRequest,
  CheckpointDurableExecutionResponse,
  DurableExecutionClient,
  GetDurableExecutionStateRequest,
  GetDurableExecutionStateResponse,
} from '../wire/durable-execution-client.js';
import { LambdaConnection, STANDARD_TIMEOUTS } from './lambda-connection.js';
import type { LambdaConnectionOptions } from './lambda-connection.js';

/** The engine's two calls, over `@aws-sdk/client-lambda`. */
export interface LambdaDurableClient extends DurableExecutionClient {
  /** Loads the AWS SDK now, for instance while the sandbox is initialised and time is free. */
  preload(): Promise<void>;
}

/**
 * Makes the client that speaks to AWS Lambda; the AWS SDK is loaded with the first call.
 *
 * A call without a `ClientToken` gets one, and every repetition of it by the AWS client carries the same, so that a
 * checkpoint whose answer was lost is not applied twice (PROTOCOL §2.3).
 *
 * @example
 * ```ts
 * const client = createLambdaDurableClient({ region: 'eu-central-1' });
 * ```
 */
export function createLambdaDurableClient(options: LambdaConnectionOptions = {}): LambdaDurableClient {
  return new AwsLambdaDurableClient(new LambdaConnection(options, STANDARD_TIMEOUTS));
}

class AwsLambdaDurableClient implements LambdaDurableClient {
  constructor(private readonly lambda: LambdaConnection) {}

  preload(): Promise<void> {
    return this.lambda.preload();
  }

  async checkpoint(request: CheckpointDurableExecutionRequest): Promise<CheckpointDurableExecutionResponse> {
    const response = await this.lambda.send((sdk) => new sdk.CheckpointDurableExecutionCommand(request));
    return response as CheckpointDurableExecutionResponse;
  }

  async getExecutionState(request: GetDurableExecutionStateRequest): Promise<GetDurableExecutionStateResponse> {
    const response = await this.lambda.send((sdk) => new sdk.GetDurableExecutionStateCommand(request));
    return response as GetDurableExecutionStateResponse;
  }
}
