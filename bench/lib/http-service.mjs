// The bench service behind real HTTP, as the AWS clients see Lambda.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { BenchService } from './bench-service.mjs';

/** Writes dates as the REST API does, in epoch seconds. */
function toWire(key, value) {
  return this[key] instanceof Date ? this[key].getTime() / 1000 : value;
}

async function bodyOf(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

export class HttpService {
  #service = new BenchService();
  #server = createServer((request, response) => void this.#handle(request, response));

  static async open() {
    const service = new HttpService();
    service.#server.listen(0, '127.0.0.1');
    await once(service.#server, 'listening');
    return service;
  }

  /** The environment variables that Lambda sets for a function. */
  get environment() {
    return {
      AWS_ENDPOINT_URL_LAMBDA: `http://127.0.0.1:${this.#server.address().port}`,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'bench',
      AWS_SECRET_ACCESS_KEY: 'bench',
      AWS_LAMBDA_FUNCTION_NAME: 'bench',
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    };
  }

  /** Starts a new execution. @returns the event of its first invocation */
  begin() {
    this.#service = new BenchService();
    return this.#service.event();
  }

  get calls() {
    return this.#service.calls;
  }

  close() {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #handle(request, response) {
    try {
      const { pathname, searchParams } = new URL(request.url, 'http://bench');
      const answer = pathname.endsWith('/checkpoint')
        ? await this.#service.checkpoint(JSON.parse(await bodyOf(request)))
        : await this.#service.getExecutionState(Object.fromEntries(searchParams));
      response.setHeader('content-type', 'application/json').end(JSON.stringify(answer, toWire));
    } catch (error) {
      response.writeHead(400, { 'x-amzn-errortype': 'BenchError' }).end(JSON.stringify({ message: error.message }));
    }
  }
}
