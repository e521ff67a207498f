import type {
  CheckpointDurableExecutionRequest,
  CheckpointDurableExecutionResponse,
  DurableCallOptions,
  GetDurableExecutionStateRequest,
  GetDurableExecutionStateResponse,
} from '../../wire/durable-execution-client.js';
import { createLambdaDurableClient } from '../../client/lambda-durable-client.js';
import type { PreloadableClient } from '../../client/preloadable-client.js';
import type { LambdaClientLike } from '../../client/send-without-futile-repeats.js';

/**
 * The durable API of AWS Lambda. The AWS SDK is loaded with the first call.
 * @example
 * withDurableExecution(handler, { durableExecutionClient: new DurableExecutionApiClient(new LambdaClient({ maxAttempts: 5 })) });
 */
export class DurableExecutionApiClient implements PreloadableClient {
  readonly #client: PreloadableClient;

  /** @param client - a configured AWS `LambdaClient`. @defaultValue one of our own, made on first use */
  constructor(client?: LambdaClientLike) {
    this.#client = createLambdaDurableClient({ client });
  }

  /** Loads the AWS SDK ahead of the first call. */
  preload(): Promise<void> {
    return this.#client.preload();
  }

  checkpoint(
    request: CheckpointDurableExecutionRequest,
    logger?: undefined,
    options?: DurableCallOptions,
  ): Promise<CheckpointDurableExecutionResponse> {
    return this.#client.checkpoint(request, logger, options);
  }

  getExecutionState(
    request: GetDurableExecutionStateRequest,
    logger?: undefined,
    options?: DurableCallOptions,
  ): Promise<GetDurableExecutionStateResponse> {
    return this.#client.getExecutionState(request, logger, options);
  }
}
