import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FunctionResult } from '../function-runtime.js';
import { toFunctionUrlEvent } from './function-url-event.js';
import { fromFunctionUrlResponse } from './function-url-response.js';
import type { FunctionUrlResponse } from './function-url-response.js';

/** The response of a function, and its execution, if it is durable. */
export type FunctionUrlResult = FunctionResult & { durableExecutionArn?: string };

export interface FunctionUrlOptions {
  hasFunction(functionName: string): boolean;
  /** Runs a plain function; starts an execution of a durable one and waits until it ends. */
  invoke(functionName: string, payload: string): Promise<FunctionUrlResult>;
  /** The service's clock, milliseconds since the epoch. */
  now(): number;
  /**
   * Bytes of a request's body.
   * @defaultValue 6 MiB, as on Lambda
   */
  maxBodyBytes?: number;
}

/** The path prefix of function URLs. */
export const FUNCTION_URL_PREFIX = '/fn/';

const ROUTE = /^\/fn\/([\w-]{1,64})(\/[^?]*)?(?:\?(.*))?$/;
/** Lambda's limit for the event of a synchronous invocation. */
const EVENT_BYTES = 6 * 1024 * 1024;

/**
 * Responds to requests to `/fn/<function>/…` as Lambda's function URLs do. The caller must check `Host` and `Origin`
 * first, as for the API itself.
 */
export function createFunctionUrlHandler(
  options: FunctionUrlOptions,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  return async (request, response) => {
    const [, functionName, rawPath = '/', rawQueryString = ''] = ROUTE.exec(request.url ?? '') ?? [];
    if (functionName === undefined || !options.hasFunction(functionName)) {
      return send(response, message(404, `There is no function ${functionName ?? 'at this address'}.`));
    }
    const body = await readBody(request, options.maxBodyBytes ?? EVENT_BYTES);
    const payload = body && eventText(request, { rawPath, rawQueryString, body, receivedAtMs: options.now() });
    if (payload === undefined || Buffer.byteLength(payload) > EVENT_BYTES) {
      return send(response, message(413, 'The request is too large for a function: its event may have 6 MiB.'));
    }
    const result = await options.invoke(functionName, payload);
    if (result.durableExecutionArn) response.setHeader('x-amz-durable-execution-arn', result.durableExecutionArn);
    send(response, answerTo(result));
  };
}

function eventText(
  request: IncomingMessage,
  parts: { rawPath: string; rawQueryString: string; body: Buffer; receivedAtMs: number },
): string {
  const event = toFunctionUrlEvent({
    ...parts,
    method: request.method ?? 'GET',
    rawHeaders: request.rawHeaders,
    sourceIp: request.socket.remoteAddress ?? '127.0.0.1',
    protocol: `HTTP/${request.httpVersion}`,
    requestId: randomUUID(),
  });
  return JSON.stringify(event);
}

/** Lambda hides the reason of a failure; a developer's own machine need not. */
function answerTo(result: FunctionUrlResult): FunctionUrlResponse {
  if (result.kind === 'failed') {
    const { errorType, errorMessage } = result;
    return message(502, 'Internal Server Error', { errorType, errorMessage });
  }
  const unusable = { errorMessage: 'The function returned a status code or headers that HTTP does not allow.' };
  return fromFunctionUrlResponse(result.payload) ?? message(502, 'Internal Server Error', unusable);
}

function message(statusCode: number, text: string, details: object = {}): FunctionUrlResponse {
  const body = Buffer.from(JSON.stringify({ message: text, ...details }));
  return { statusCode, headers: { 'content-type': 'application/json' }, cookies: [], body };
}

function send(response: ServerResponse, { statusCode, headers, cookies, body }: FunctionUrlResponse): void {
  for (const [name, content] of Object.entries(headers)) response.setHeader(name, content);
  if (cookies.length > 0) response.setHeader('set-cookie', cookies);
  response.statusCode = statusCode;
  response.end(body);
}

/**
 * Reads a request to its end even if it is too large, so that the client can read the response; `undefined` if it is.
 */
async function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= maxBytes) chunks.push(chunk);
  }
  return bytes <= maxBytes ? Buffer.concat(chunks) : undefined;
}
