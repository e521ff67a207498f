import type { Agent, ClientRequest, IncomingHttpHeaders, RequestOptions } from 'node:http';
import { CONNECTION_TIMEOUT_MS, type CallTimeouts, TimeoutError } from '../call-timeouts.js';

/** The common part of `node:http` and `node:https`. */
export type HttpModule = Pick<typeof import('node:http'), 'request'> & {
  Agent: new (options: { keepAlive: boolean; maxSockets: number }) => Agent;
};

export interface HttpAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

/** Sends a request and reads the whole response. @throws a `TimeoutError`, or the error of `node:http` */
export function exchange(
  http: HttpModule,
  { body, timeouts, ...options }: RequestOptions & { body?: Buffer; timeouts: CallTimeouts },
): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const request = http.request(options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const { statusCode = 0, headers } = response;
        resolve({ status: statusCode, headers, text: Buffer.concat(chunks).toString() });
      });
    });
    request.on('error', reject);
    // Node closes the connection of a 101 without an error and without a response.
    request.on('upgrade', (_, socket) => {
      socket.destroy();
      reject(new Error('The connection was switched to another protocol, which no service of AWS does.'));
    });
    // Rejects first: the error of a destroyed request only says that its connection is gone.
    limitTime(request, timeouts, (reason) => {
      reject(reason);
      request.destroy();
    });
    request.end(body);
  });
}

function limitTime(
  request: ClientRequest,
  { socketTimeout, requestTimeout }: CallTimeouts,
  giveUp: (reason: TimeoutError) => void,
): void {
  const alarm = (afterMs: number, what: string) => {
    const timer = setTimeout(() => giveUp(new TimeoutError(`${what} within ${afterMs} ms.`)), afterMs);
    request.once('close', () => clearTimeout(timer));
    return timer;
  };
  alarm(requestTimeout, 'No complete answer');
  request.setTimeout(socketTimeout, () =>
    giveUp(new TimeoutError(`The connection was silent for ${socketTimeout} ms.`)),
  );
  request.once('socket', (socket) => {
    if (!socket.connecting) return;
    const connecting = alarm(CONNECTION_TIMEOUT_MS, 'No connection');
    socket.once('connect', () => clearTimeout(connecting));
  });
}
