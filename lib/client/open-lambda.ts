import type { LambdaClient } from '@aws-sdk/client-lambda';
import type { DurableCallOptions } from '../wire/durable-execution-client.js';
import { PACKAGE_VERSION } from '../package-version.js';
import { CONNECTION_TIMEOUT_MS, type CallTimeouts, MAX_SOCKETS } from './call-timeouts.js';
import type { LambdaConnectionOptions } from './lambda-connection-options.js';
import { configuredEndpoint, endpointUrl } from './lean/lambda-endpoint.js';
import { limitAnswers } from './limit-answers.js';
import { loadLambdaSdk, type LambdaSdk } from './load-lambda-sdk.js';
import { NotDeployedError } from '../wire/not-deployed.js';
import { missingMethodOf } from '../wire/missing-method.js';
import { localIdentity } from './local-endpoint.js';
import {
  type LambdaClientLike,
  type OutputOf,
  type SendableCommand,
  sendWithoutFutileRepeats,
} from './send-without-futile-repeats.js';
import { type OptionNames, unknownOption } from './unknown-option.js';

const OPTIONS: OptionNames<LambdaConnectionOptions> = { client: true, region: true, endpoint: true, credentials: true };

/** The AWS SDK and a client of it. */
export class OpenLambda {
  /** @param client - asked at every call: in a test, one local service may follow another */
  constructor(
    readonly sdk: LambdaSdk,
    private readonly client: () => LambdaClientLike,
  ) {}

  send<C extends SendableCommand>(command: C, options?: DurableCallOptions): Promise<OutputOf<C>> {
    return sendWithoutFutileRepeats(this.client(), command, options);
  }
}

/**
 * @throws {NotDeployedError} when the AWS SDK is missing or too old, the client is no client, the endpoint is no URL, or
 *   an option does not exist
 */
export async function openLambda(options: LambdaConnectionOptions, timeouts: CallTimeouts): Promise<OpenLambda> {
  const sdk = await loadLambdaSdk();
  // Lambda's runtime may have a version that would ignore the name of an execution, and has no command for checkpoints.
  if ((sdk.CheckpointDurableExecutionCommand as unknown) === undefined) {
    throw new NotDeployedError(
      'The package `@aws-sdk/client-lambda` is too old: it knows no durable executions. Deploy version 3.1164.0 or newer ' +
        'with the function, in a layer or in the bundle.',
    );
  }
  const problem = unknownOption(options, OPTIONS);
  if (problem !== undefined) {
    throw new NotDeployedError(`The client of Lambda ${problem} For other settings give a LambdaClient as the client.`);
  }
  if (options.client && missingMethodOf(options.client, ['send']) !== undefined) {
    throw new NotDeployedError(
      'The configured AWS client has no send(). Give a LambdaClient of @aws-sdk/client-lambda.',
    );
  }
  const client = () => options.client ?? sharedClient(sdk, options, timeouts);
  client();
  return new OpenLambda(sdk, client);
}

type Clients = Map<string, LambdaClient>;

/** For the whole process: a warm sandbox keeps its connections, and handlers with the same settings share them. */
const sharedClients: Clients = new Map();

/** The clients that have credentials of their own. */
const clientsOfCredentials = new WeakMap<object, Clients>();

function sharedClient(sdk: LambdaSdk, options: LambdaConnectionOptions, timeouts: CallTimeouts): LambdaClient {
  const { region, credentials } = options;
  const endpoint = configuredEndpoint(process.env, options.endpoint);
  const findRegion = () => new sdk.LambdaClient({}).config.region();
  const local = localIdentity(endpoint && endpointUrl(endpoint), process.env, findRegion);
  const clients = clientsOf(credentials);
  const key = JSON.stringify([region, endpoint, timeouts, local]);
  const known = clients.get(key);
  if (known) return known;
  const client = new sdk.LambdaClient({
    ...local,
    ...(region && { region }),
    ...(endpoint && { endpoint }),
    ...(credentials && { credentials }),
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
  clients.set(key, client);
  return client;
}

function clientsOf(credentials: object | undefined): Clients {
  if (!credentials) return sharedClients;
  const known = clientsOfCredentials.get(credentials) ?? new Map<string, LambdaClient>();
  clientsOfCredentials.set(credentials, known);
  return known;
}
