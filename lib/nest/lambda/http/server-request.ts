import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { LambdaCall } from '../../decorators/lambda-params.decorator.js';
import { standIn } from './stand-in-socket.js';

/** A request as serverless-express creates it, and as applications see it. */
export interface BridgedRequest extends Omit<IncomingMessage, 'socket'> {
  body?: Buffer | undefined;
  /** The bytes of the body, whatever their content type. */
  rawBody?: Buffer;
  ip?: string;
  /** The arguments with which Lambda has called the function. */
  lambda?: LambdaCall;
  socket: Socket & { encrypted?: boolean };
  /** As Node's parser calls it; serverless-express does, too. After the end of a request, they are trailers. */
  _addHeaderLines(rawHeaders: string[], length: number): void;
}

/** Makes a request of serverless-express look like one of a server. */
export function dressRequest(request: BridgedRequest, rawHeaders: string[]): void {
  request.rawBody = request.body ?? Buffer.alloc(0);
  // Body parsers of the application set it, as on a server.
  delete request.body;
  // Express determines the address itself, behind trusted proxies too.
  delete request.ip;
  Object.assign(request, { httpVersionMajor: 1, httpVersionMinor: 1, complete: false });
  request._addHeaderLines(rawHeaders, rawHeaders.length);
  request.complete = true;
  standIn(request.socket, {});
  // Gateways always set it; a load balancer may listen on plain HTTP too.
  request.socket.encrypted = request.headers['x-forwarded-proto'] !== 'http';
}
