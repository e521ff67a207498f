import { nodeModule } from '../../node-module.js';
import type {
  CheckpointDurableExecutionRequest,
  CheckpointDurableExecutionResponse,
  DurableCallOptions,
  GetDurableExecutionStateRequest,
  GetDurableExecutionStateResponse,
} from '../../wire/durable-execution-client.js';
import { STANDARD_TIMEOUTS } from '../call-timeouts.js';
import { loadedOnce } from '../loaded-once.js';
import type { PreloadableClient } from '../preloadable-client.js';
import { AwsSettings, type LeanClientOptions } from './aws-settings.js';
import type { LambdaTransport } from './lambda-transport.js';

const { randomUUID } = nodeModule('node:crypto');

/**
 * Creates a client for AWS Lambda that does not use the AWS SDK, for functions whose cold start matters: it loads in a
 * few milliseconds. It needs the package `aws4`.
 *
 * It keeps the AWS client's timeouts, attempts, retry delays, client tokens and errors. It supports no proxy and no
 * middleware. Timestamps in its responses are the service's own numbers, seconds since the epoch.
 *
 * @example
 * ```ts
 * export const handler = withDurableExecution(order, { durableExecutionClient: createLeanDurableClient() });
 * ```
 */
export function createLeanDurableClient(options: LeanClientOptions = {}): PreloadableClient {
  return new LeanDurableClient(new AwsSettings(options));
}

class LeanDurableClient implements PreloadableClient {
  readonly #open: () => Promise<LambdaTransport>;

  constructor(settings: AwsSettings) {
    this.#open = loadedOnce(async () => {
      const { LambdaTransport } = await import('./lambda-transport.js');
      return LambdaTransport.open(settings, STANDARD_TIMEOUTS);
    });
  }

  async preload(): Promise<void> {
    await this.#open();
  }

  async checkpoint(
    { DurableExecutionArn, ClientToken = randomUUID(), ...members }: CheckpointDurableExecutionRequest,
    _logger?: undefined,
    options?: DurableCallOptions,
  ): Promise<CheckpointDurableExecutionResponse> {
    const transport = await this.#open();
    const body = Buffer.from(JSON.stringify({ ...members, ClientToken }));
    const call = { method: 'POST' as const, path: `${pathOf(DurableExecutionArn)}/checkpoint`, body };
    return withoutNulls(await transport.send(call, options));
  }

  async getExecutionState(
    { DurableExecutionArn, ...members }: GetDurableExecutionStateRequest,
    _logger?: undefined,
    options?: DurableCallOptions,
  ): Promise<GetDurableExecutionStateResponse> {
    const transport = await this.#open();
    const query = Object.entries(members)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`);
    const call = { method: 'GET' as const, path: `${pathOf(DurableExecutionArn)}/state?${query.join('&')}` };
    return withoutNulls(await transport.send(call, options));
  }
}

/** The ARN is one segment: its colons, its slashes and the `$` of `$LATEST` are all encoded. */
function pathOf(executionArn = ''): string {
  return `/2025-12-01/durable-executions/${encodeURIComponent(executionArn)}`;
}

/**
 * The service may write `null` for an absent member. Anything except an object is returned unchanged, for the reader of
 * the response to check.
 */
function withoutNulls<T extends object>(answer: unknown): T {
  if (typeof answer !== 'object' || answer === null || Array.isArray(answer)) return answer as T;
  return Object.fromEntries(Object.entries(answer).filter(([, value]) => value !== null)) as T;
}
