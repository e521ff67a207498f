import type { LambdaClient } from '@aws-sdk/client-lambda';
import type { DurableCallOptions } from '../wire/durable-execution-client.js';
import { CONNECTION_TIMEOUT_MS, type CallTimeouts, MAX_SOCKETS } from './call-timeouts.js';
import { configuredEndpoint } from './lean/lambda-endpoint.js';
import { limitAnswers } from './limit-answers.js';
import { loadLambdaSdk, type LambdaSdk } from './load-lambda-sdk.js';
import { localIdentity } from './local-endpoint.js';
import { PACKAGE_VERSION } from '../package-version.js';
import { sendWithoutFutileRepeats } from './send-without-futile-repeats.js';
import type { LambdaClientLike, OutputOf, SendableCommand } from './send-without-futile-repeats.js';

/** Where Lambda is, or the client that knows. */
export interface LambdaConnectionOptions {
  /** A `LambdaClient` of your own, never changed; region, endpoint and timeouts are then its own too. */
  client?: LambdaClientLike;
  /** @defaultValue what the AWS client finds in the environment */
  region?: string;
  /** One on this machine needs neither credentials nor a region. @defaultValue that of the region, or `AWS_ENDPOINT_URL_LAMBDA` */
  endpoint?: string;
}

/** The AWS SDK, loaded when first asked for, and one client over it. */
export class LambdaConnection {
  private opening: Promise<{ sdk: LambdaSdk; client: LambdaClientLike }> | undefined;

  constructor(
    private readonly options: LambdaConnectionOptions,
    private readonly timeouts: CallTimeouts,
  ) {}

  /** Loads the AWS SDK ahead of the first call; needless otherwise. */
  async preload(): Promise<void> {
    await this.open();
  }

  /** Sends a command; permanent failures are sent once, transient ones with the AWS client's own backoff. */
  async send<C extends SendableCommand>(
    makeCommand: (sdk: LambdaSdk) => C,
    options?: DurableCallOptions,
  ): Promise<OutputOf<C>> {
    const { sdk, client } = await this.open();
    return sendWithoutFutileRepeats(client, makeCommand(sdk), options);
  }

  private open(): Promise<{ sdk: LambdaSdk; client: LambdaClientLike }> {
    this.opening ??= this.load();
    return this.opening;
  }

  /** What could not be loaded is tried again with the next call. */
  private async load(): Promise<{ sdk: LambdaSdk; client: LambdaClientLike }> {
    try {
      const sdk = await loadLambdaSdk();
      return { sdk, client: this.options.client ?? sharedClient(sdk, this.options, this.timeouts) };
    } catch (error) {
      this.opening = undefined;
      throw error;
    }
  }
}

/** For the whole process: a warm sandbox keeps its connections, and handlers that ask for the same share them. */
const sharedClients = new Map<string, LambdaClient>();

function sharedClient(
  sdk: LambdaSdk,
  { region, endpoint }: LambdaConnectionOptions,
  timeouts: CallTimeouts,
): LambdaClient {
  const local = localIdentity(endpoint ?? configuredEndpoint(process.env), process.env);
  const key = JSON.stringify([region, endpoint, timeouts, local]);
  const known = sharedClients.get(key);
  if (known) return known;
  const client = new sdk.LambdaClient({
    ...local,
    ...(region && { region }),
    ...(endpoint && { endpoint }),
    customUserAgent: [['nestjs-durable-execution', PACKAGE_VERSION]],
    requestHandler: {
      ...timeouts,
      connectionTimeout: CONNECTION_TIMEOUT_MS,
      throwOnRequestTimeout: true,
      httpAgent: { maxSockets: MAX_SOCKETS },
      httpsAgent: { maxSockets: MAX_SOCKETS },
    },
  });
  limitAnswers(client, timeouts.requestTimeout);
  sharedClients.set(key, client);
  return client;
}
