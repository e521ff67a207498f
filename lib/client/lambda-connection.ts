import type { DurableCallOptions } from '../wire/durable-execution-client.js';
import type { CallTimeouts } from './call-timeouts.js';
import type { LambdaConnectionOptions } from './lambda-connection-options.js';
import type { LambdaSdk } from './load-lambda-sdk.js';
import { loadedOnce } from './loaded-once.js';
import type { OpenLambda, openLambda } from './open-lambda.js';
import { openLambdaLater } from './open-lambda-later.js';
import type { OutputOf, SendableCommand } from './send-without-futile-repeats.js';

/** The AWS SDK and one client of it, loaded with the first call. */
export class LambdaConnection {
  private readonly open: () => Promise<OpenLambda>;

  /** @param opener - what opens it, where that is loaded already */
  constructor(options: LambdaConnectionOptions, timeouts: CallTimeouts, opener: typeof openLambda = openLambdaLater) {
    this.open = loadedOnce(() => opener(options, timeouts));
  }

  /** Loads the AWS SDK before the first call; optional. */
  async preload(): Promise<void> {
    await this.open();
  }

  /** Sends a command; permanent failures are sent once, transient ones with the AWS client's own backoff. */
  async send<C extends SendableCommand>(
    makeCommand: (sdk: LambdaSdk) => C,
    options?: DurableCallOptions,
  ): Promise<OutputOf<C>> {
    const lambda = await this.open();
    return lambda.send(makeCommand(lambda.sdk), options);
  }
}
