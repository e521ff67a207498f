import { LambdaDurableClient } from '../../client/lambda-durable-client.js';
import type { LambdaClientLike } from '../../client/send-without-futile-repeats.js';

/**
 * The durable API of AWS Lambda. The AWS SDK is loaded with the first call.
 * @example
 * withDurableExecution(handler, { durableExecutionClient: new DurableExecutionApiClient(new LambdaClient({ maxAttempts: 5 })) });
 */
export class DurableExecutionApiClient extends LambdaDurableClient {
  /** @param client - a configured AWS `LambdaClient`. @defaultValue one of our own, created on first use */
  constructor(client?: LambdaClientLike) {
    super({ client });
  }
}
