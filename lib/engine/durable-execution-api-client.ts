import type {
  CheckpointDurableExecutionRequest,
  CheckpointDurableExecutionResponse,
  DurableExecutionClient,
  GetDurableExecutionStateRequest,
  GetDurableExecutionStateResponse,
} from '../wire/durable-execution-client.js';
import { createLambdaDurableClient } from '../client/lambda-durable-client.js';
import type { LambdaClientLike } from '../client/send-without-futile-repeats.js';

/**
 * The durable API of AWS Lambda. The AWS SDK is loaded with the first call.
 * @example
 * withDurableExecution(handler, { durableExecutionClient: new DurableExecutionApiClient(new LambdaClient({ maxAttempts: 5 })) });
 */
export class DurableExecutionApiClient implements DurableExecutionClient {
  readonly #client: DurableExecutionClient;

  /** @param client - a configured AWS `LambdaClient`. @defaultValue one of our own, made on first use */
  constructor(client?: LambdaClientLike) {
    this.#client = createLambdaDurableClient({ client });
  }

  checkpoint(request: CheckpointDurableExecutionRequest): Promise<CheckpointDurableExecutionResponse> {
    return this.#client.checkpoint(request);
  }

  getExecutionState(request: GetDurableExecutionStateRequest): Promise<GetDurableExecutionStateResponse> {
    return this.#client.getExecutionState(request);
  }
}
