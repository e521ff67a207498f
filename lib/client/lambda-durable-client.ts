import type {
  CheckpointDurableExecutionRequest,
  CheckpointDurableExecutionResponse,
  DurableCallOptions,
  GetDurableExecutionStateRequest,
  GetDurableExecutionStateResponse,
} from '../wire/durable-execution-client.js';
import { STANDARD_TIMEOUTS } from './call-timeouts.js';
import { LambdaConnection } from './lambda-connection.js';
import type { LambdaConnectionOptions } from './lambda-connection-options.js';
import type { openLambda } from './open-lambda.js';
import type { PreloadableClient } from './preloadable-client.js';

/**
 * Creates the client for AWS Lambda; the AWS SDK is loaded with the first call.
 *
 * A call without a `ClientToken` gets one. Every retry of it by the AWS client has the same token, so a checkpoint
 * whose response was lost is not applied twice.
 *
 * @example
 * ```ts
 * const client = createLambdaDurableClient({ region: 'eu-central-1' });
 * ```
 */
export function createLambdaDurableClient(options: LambdaConnectionOptions = {}): PreloadableClient {
  return new LambdaDurableClient(options);
}

/** The client that {@link createLambdaDurableClient} creates. */
export class LambdaDurableClient implements PreloadableClient {
  private readonly lambda: LambdaConnection;

  /** @param opener - `openLambda()`, whose own type would make these declarations need the AWS SDK */
  constructor(options: LambdaConnectionOptions, opener?: (...settings: never[]) => Promise<object>) {
    this.lambda = new LambdaConnection(options, STANDARD_TIMEOUTS, opener as typeof openLambda | undefined);
  }

  preload(): Promise<void> {
    return this.lambda.preload();
  }

  async checkpoint(
    request: CheckpointDurableExecutionRequest,
    _logger?: undefined,
    options?: DurableCallOptions,
  ): Promise<CheckpointDurableExecutionResponse> {
    const response = await this.lambda.send((sdk) => new sdk.CheckpointDurableExecutionCommand(request), options);
    return response;
  }

  async getExecutionState(
    request: GetDurableExecutionStateRequest,
    _logger?: undefined,
    options?: DurableCallOptions,
  ): Promise<GetDurableExecutionStateResponse> {
    const response = await this.lambda.send((sdk) => new sdk.GetDurableExecutionStateCommand(request), options);
    return response;
  }
}
