import type { EventEmitter } from 'node:events';
import type { LambdaCall } from '../../decorators/lambda-params.decorator.js';
import { responseDestroyed } from '../../durable-execution.messages.js';

/** A request as serverless-express makes it. */
export interface BridgedRequest {
  body?: Buffer | undefined;
  rawBody?: Buffer;
  ip?: string;
  lambda?: LambdaCall;
  socket: object;
}

/** A response as serverless-express makes it. */
export interface BridgedResponse extends EventEmitter {
  readonly writableEnded: boolean;
  readonly socket: object | null;
}

/** Its class knows what was written to it. */
interface ResponseClass {
  body(response: BridgedResponse): Buffer;
}

/**
 * Takes back what serverless-express does that no server does, and adds what it lacks.
 * @param destroyed - told when the application destroys the response: there will be no end then
 * @returns reads the bytes of the response
 */
export function behaveAsOnServer(
  request: BridgedRequest,
  response: BridgedResponse,
  destroyed: (error: Error) => void,
): () => Buffer {
  // Express gives the response another prototype, so its class is asked for now.
  const responseClass = response.constructor as unknown as ResponseClass;
  request.rawBody = request.body ?? Buffer.alloc(0);
  delete request.body;
  // Express knows the address by itself, behind trusted proxies too.
  delete request.ip;
  dressSocket(request.socket, {});
  dressSocket(response.socket ?? {}, { destroy: () => destroyed(new Error(responseDestroyed())) });
  const nothing = (): void => undefined;
  Object.assign(response, { writeContinue: nothing, writeEarlyHints: nothing, writeProcessing: nothing });
  // The events of Lambda hold the body as a whole, so it is never sent in chunks.
  Object.defineProperty(response, 'chunkedEncoding', { get: () => false, set: nothing });
  return () => responseClass.body(response);
}

/** What frameworks call on a socket. */
function dressSocket(socket: object, members: object): void {
  const same = (): object => socket;
  const methods = ['on', 'once', 'removeListener', 'setKeepAlive', 'setNoDelay', 'setTimeout'];
  Object.assign(socket, Object.fromEntries(methods.map((name) => [name, same])), members);
}
