import { nodeModule } from '../../node-module.js';
import type { Agent, RequestOptions } from 'node:http';
import type { DurableCallOptions } from '../../wire/durable-execution-client.js';
import { type CallTimeouts, MAX_SOCKETS } from '../call-timeouts.js';
import { PACKAGE_VERSION } from '../../package-version.js';
import { packageNotLoaded } from '../../wire/not-deployed.js';
import type { AwsCredentials, AwsSettings } from './aws-settings.js';
import { exchange, type HttpModule } from './http-exchange.js';
import { MAX_ATTEMPTS, repeatTransientFailures } from './repeat-transient-failures.js';
import { readAnswer, ServiceAnswerError } from './service-answer.js';
import { ServiceClock } from './service-clock.js';

const { createHash, randomUUID } = nodeModule('node:crypto');
const { urlToHttpOptions } = nodeModule('node:url');

/** A request to the Lambda API. */
export interface LambdaCall {
  method: 'GET' | 'POST';
  /** With its labels and its query percent-encoded. */
  path: string;
  body?: Buffer;
}

/** One attempt of a call. */
interface Attempt {
  call: LambdaCall;
  callId: string;
  attempt: number;
  abortSignal: AbortSignal | undefined;
}

type Signer = typeof import('aws4');

/** What the calls need, loaded and determined once. */
interface Equipment {
  settings: AwsSettings;
  timeouts: CallTimeouts;
  region: string;
  endpoint: URL;
  signer: Signer;
  http: HttpModule;
}

/** Signed calls over connections that stay open. */
export class LambdaTransport {
  readonly #clock = new ServiceClock();
  readonly #agent: Agent;

  private constructor(private readonly equipment: Equipment) {
    this.#agent = new equipment.http.Agent({ keepAlive: true, maxSockets: MAX_SOCKETS });
  }

  static async open(settings: AwsSettings, timeouts: CallTimeouts): Promise<LambdaTransport> {
    settings.check();
    const [region, endpoint, signer] = await Promise.all([settings.region(), settings.endpoint(), loadSigner()]);
    const http = nodeModule(endpoint.protocol === 'http:' ? 'node:http' : 'node:https');
    return new LambdaTransport({ settings, timeouts, region, endpoint, signer, http });
  }

  /** Returns the response to a call. Transient failures are retried with the same body. */
  async send(call: LambdaCall, options?: DurableCallOptions): Promise<unknown> {
    const callId = randomUUID();
    const abortSignal = options?.abortSignal;
    return repeatTransientFailures((attempt) => this.#sendOnce({ call, callId, attempt, abortSignal }), options);
  }

  async #sendOnce(attempt: Attempt): Promise<unknown> {
    const { http, timeouts, settings } = this.equipment;
    // Read again for every attempt: those of the last one may have expired.
    const signed = this.#sign(attempt, await settings.credentials());
    const answer = await exchange(http, {
      ...signed,
      agent: this.#agent,
      body: attempt.call.body,
      timeouts,
      signal: attempt.abortSignal,
    });
    try {
      return readAnswer(answer);
    } catch (error) {
      if (error instanceof ServiceAnswerError && this.#clock.correct(answer.headers.date)) {
        error.$metadata.clockSkewCorrected = true;
      }
      throw error;
    }
  }

  #sign({ call, callId, attempt }: Attempt, credentials: AwsCredentials): RequestOptions {
    const { signer, region, endpoint } = this.equipment;
    const { path, headers } = signer.sign(
      {
        ...call,
        path: endpoint.pathname.replace(/\/$/, '') + call.path,
        service: 'lambda',
        region,
        headers: {
          host: endpoint.host,
          'user-agent': `nestjs-durable-execution/${PACKAGE_VERSION}`,
          'amz-sdk-invocation-id': callId,
          'amz-sdk-request': `attempt=${attempt}; max=${MAX_ATTEMPTS}`,
          'x-amz-date': this.#clock.now(),
          'x-amz-content-sha256': createHash('sha256')
            .update(call.body ?? '')
            .digest('hex'),
          ...(call.body && { 'content-type': 'application/json' }),
        },
      },
      credentials,
    );
    return { ...urlToHttpOptions(endpoint), method: call.method, path, headers };
  }
}

/** @throws {NotDeployedError} when the package is missing */
async function loadSigner(): Promise<Signer> {
  try {
    return (await import('aws4')).default;
  } catch (cause) {
    throw packageNotLoaded('The package `aws4`, with which the lean client signs its calls,', 'aws4', cause);
  }
}
