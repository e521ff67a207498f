import type { LambdaClient } from '@aws-sdk/client-lambda';
import { NotDeployedError } from '../../wire/not-deployed.js';
import { loadLambdaSdk } from '../load-lambda-sdk.js';
import { type LocalIdentity, localIdentity } from '../local-endpoint.js';
import { type OptionNames, unknownOption } from '../unknown-option.js';
import { configuredEndpoint, endpointUrl, lambdaEndpoint } from './lambda-endpoint.js';

export interface AwsCredentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

/** Where Lambda is, and who calls it. */
export interface LeanClientOptions {
  /** @defaultValue `AWS_REGION`, as on Lambda, or else what the AWS client finds */
  region?: string;
  /**
   * An endpoint on this machine needs neither credentials nor a region.
   * @defaultValue `AWS_ENDPOINT_URL_LAMBDA`, `AWS_ENDPOINT_URL`, or the endpoint of the region
   */
  endpoint?: string;
  /**
   * Called before every attempt of a call. @defaultValue those of the environment, as on Lambda, or else what the AWS
   * client finds
   */
  credentials?: AwsCredentials | (() => Promise<AwsCredentials>);
}

const OPTIONS: OptionNames<LeanClientOptions> = { region: true, endpoint: true, credentials: true };

/**
 * On Lambda the environment has all settings. Elsewhere, as on a developer's machine, the AWS client is loaded and
 * provides them: its chain of profiles, roles and containers should not be written twice.
 */
export class AwsSettings {
  #client: Promise<LambdaClient> | undefined;

  constructor(private readonly options: LeanClientOptions) {}

  async region(): Promise<string> {
    const stated = this.options.region || process.env.AWS_REGION;
    if (stated) return stated;
    const region = this.#local?.region ?? this.#findRegion;
    return typeof region === 'string' ? region : region();
  }

  /** @throws {NotDeployedError} (rejects) when it is no URL */
  async endpoint(): Promise<URL> {
    return endpointUrl(this.options.endpoint || lambdaEndpoint(await this.region(), process.env));
  }

  /** @throws {NotDeployedError} (rejects) when they are incomplete */
  async credentials(): Promise<AwsCredentials> {
    return complete(await this.#findCredentials());
  }

  /** @throws {NotDeployedError} when an option does not exist, or credentials that are values are incomplete */
  check(): void {
    const problem = unknownOption(this.options, OPTIONS);
    if (problem !== undefined) throw new NotDeployedError(`The lean client ${problem}`);
    const { credentials } = this.options;
    if (credentials && typeof credentials !== 'function') complete(credentials);
  }

  async #findCredentials(): Promise<AwsCredentials | undefined> {
    const { credentials } = this.options;
    if (typeof credentials === 'function') return credentials();
    const known = credentials ?? credentialsOf(process.env) ?? this.#local?.credentials;
    return known ?? (await this.#awsClient()).config.credentials();
  }

  get #local(): LocalIdentity | undefined {
    return localIdentity(configuredEndpoint(process.env, this.options.endpoint), process.env, this.#findRegion);
  }

  readonly #findRegion = async () => (await this.#awsClient()).config.region();

  #awsClient(): Promise<LambdaClient> {
    const { region } = this.options;
    this.#client ??= loadLambdaSdk().then(({ LambdaClient }) => new LambdaClient({ region }));
    return this.#client;
  }
}

/** With incomplete ones, the signature would be made with those of the environment. */
function complete(found: Partial<AwsCredentials> | null | undefined): AwsCredentials {
  if (found?.accessKeyId && found.secretAccessKey) return found as AwsCredentials;
  throw new NotDeployedError(
    'The credentials for the lean client have no accessKeyId or no secretAccessKey. Give both, or leave them out to use ' +
      'those of the environment.',
  );
}

/** With a profile, the environment's credentials are ignored, as in the AWS client. */
function credentialsOf(env: NodeJS.ProcessEnv): AwsCredentials | undefined {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_PROFILE } = env;
  if (AWS_PROFILE || !AWS_ACCESS_KEY_ID || !AWS_SECRET_ACCESS_KEY) return undefined;
  return {
    accessKeyId: AWS_ACCESS_KEY_ID,
    secretAccessKey: AWS_SECRET_ACCESS_KEY,
    ...(AWS_SESSION_TOKEN && { sessionToken: AWS_SESSION_TOKEN }),
  };
}
