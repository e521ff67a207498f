import { createServer } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface SeenRequest {
  method: string;
  /** Raw, with its query. */
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}
export type Answer = (response: ServerResponse) => void;

/** Responds with a JSON body. */
export function json(body: object, headers: Record<string, string> = {}, status = 200): Answer {
  return (response) => response.writeHead(status, headers).end(JSON.stringify(body));
}

/** Responds as Lambda does when it refuses or fails (docs/protocol.md#transport-and-errors). */
export function failing(status: number, name: string, message = 'No.'): Answer {
  return json({ message }, { 'x-amzn-errortype': name, 'x-amzn-requestid': 'r-1' }, status);
}

/** A server for the real AWS client: it records requests and sends the prepared responses, in order. */
export class LambdaEndpoint {
  seen: SeenRequest[] = [];
  private answers: Answer[] = [];
  private readonly server: Server = createServer((request, response) => void this.handle(request, response));

  /** Forgets earlier requests, and sets the next responses. */
  willAnswer(...answers: Answer[]): void {
    this.seen = [];
    this.answers = answers;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async open(): Promise<void> {
    // Otherwise it closes idle connections, also in the moment in which a client uses them again.
    this.server.keepAliveTimeout = 0;
    process.env.AWS_ACCESS_KEY_ID = 'test';
    process.env.AWS_SECRET_ACCESS_KEY = 'test';
    await new Promise<void>((listening) => this.server.listen(0, '127.0.0.1', listening));
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((closed) => this.server.close(closed));
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method = '', url: path = '', headers } = request;
    this.seen.push({ method, path, headers, body: Buffer.concat(chunks).toString() });
    const answer = this.answers.shift() ?? failing(418, 'NoMoreAnswers', 'More requests than the test expects.');
    answer(response);
  }
}
