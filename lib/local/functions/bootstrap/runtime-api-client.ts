import type { IncomingHttpHeaders } from 'node:http';
import { nodeModule } from '../../../node-module.js';
import { type RuntimeError, RuntimeFailure } from './runtime-error.js';

const { Agent, request } = nodeModule('node:http');

/** An event to handle, as `/invocation/next` returns it. */
export interface NextInvocation {
  requestId: string;
  headers: IncomingHttpHeaders;
  /** JSON text. */
  payload: string;
}

interface ApiResponse {
  status: number | undefined;
  headers: IncomingHttpHeaders;
  body: string;
}

const VERSION = '2018-06-01';

/** The function's side of the Lambda Runtime API. */
export class RuntimeApiClient {
  /** One socket is enough: the runtime sends one request at a time. An idle one does not keep the process alive. */
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });
  readonly #base: string;

  /** @param address the value of `AWS_LAMBDA_RUNTIME_API`: host and port, here followed by the worker's own path */
  constructor(address: string) {
    this.#base = `http://${address}/${VERSION}/runtime`;
  }

  /**
   * Settles when there is an event, however long that takes.
   *
   * @throws {RuntimeFailure} (rejects) when it is refused: code of the function has requested one before
   */
  async next(): Promise<NextInvocation> {
    const { status, headers, body } = await this.#call('GET', '/invocation/next');
    if (status !== 200) {
      const remedy = 'Only the runtime may request events, not the code of a function.';
      throw new RuntimeFailure('Runtime.NoEvent', `The Runtime API has refused the next event: ${body}. ${remedy}`);
    }
    return { requestId: String(headers['lambda-runtime-aws-request-id']), headers, payload: body };
  }

  async respond(requestId: string, payload: string): Promise<void> {
    await this.#call('POST', `/invocation/${requestId}/response`, payload);
  }

  async fail(requestId: string, error: RuntimeError): Promise<void> {
    await this.#call('POST', `/invocation/${requestId}/error`, JSON.stringify(error));
  }

  async failInit(error: RuntimeError): Promise<void> {
    await this.#call('POST', '/init/error', JSON.stringify(error));
  }

  #call(method: 'GET' | 'POST', path: string, body?: string): Promise<ApiResponse> {
    return new Promise((resolve, reject) => {
      const headers =
        body === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
      const call = request(`${this.#base}${path}`, { method, agent: this.#agent, headers }, (response) => {
        const { statusCode: status, headers } = response;
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => resolve({ status, headers, body: Buffer.concat(chunks).toString('utf8') }));
      });
      call.on('error', reject);
      call.end(body);
    });
  }
}
