import type { DurableCallOptions } from '../wire/durable-execution-client.js';
import type { CallTimeouts } from './call-timeouts.js';
import type { LambdaConnectionOptions } from './lambda-connection-options.js';
import type { LambdaSdk } from './load-lambda-sdk.js';
import type { OpenLambda } from './open-lambda.js';
import type { OutputOf, SendableCommand } from './send-without-futile-repeats.js';

/** The AWS SDK and one client of it, loaded with the first call. */
export class LambdaConnection {
  private opening: Promise<OpenLambda> | undefined;

  constructor(
    private readonly options: LambdaConnectionOptions,
    private readonly timeouts: CallTimeouts,
  ) {}

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

  private open(): Promise<OpenLambda> {
    this.opening ??= this.load();
    return this.opening;
  }

  /** A failed load is retried with the next call. */
  private async load(): Promise<OpenLambda> {
    try {
      const { openLambda } = await import('./open-lambda.js');
      return await openLambda(this.options, this.timeouts);
    } catch (error) {
      this.opening = undefined;
      throw error;
    }
  }
}
