import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** An application that uses a package of the ecosystem, and an execution of it that suspends and is resumed. */
export interface UseCase {
  handler: (event: never, context: never) => Promise<unknown>;
  /** What starts the execution. */
  input: object;
  /** The result of the execution; of a response its status and body are compared. */
  expected: unknown;
  /** A plain request, which one of the sandboxes serves before. */
  request: object;
  /** Its status, and a part of its body. */
  answer: { status: number; body?: string };
  /** Text that the outside world must have seen, and how often, however the execution went on. */
  seen?: Record<string, number>;
}

/** The world outside: a file of a run, which outlives processes. */
const world = (): string => join(process.env.RUN_DIRECTORY!, 'world');

export function tellWorld(text: string): void {
  appendFileSync(world(), `${text}\n`);
}

export function worldKnows(text: string): boolean {
  return existsSync(world()) && readFileSync(world(), 'utf8').includes(text);
}

/** A file of a run. */
export const fileOfRun = (name: string): string => join(process.env.RUN_DIRECTORY!, name);

interface Sent {
  method?: string;
  path: string;
  headers?: Record<string, string>;
  body?: object;
}

/** An HTTP event, as an HTTP API and a function URL send it. */
export function httpEvent({ method = 'GET', path, headers, body }: Sent): object {
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString: '',
    headers: { host: 'shop.example', ...(body && { 'content-type': 'application/json' }), ...headers },
    requestContext: {
      accountId: '123456789012',
      apiId: 'abc',
      stage: '$default',
      requestId: 'request-1',
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'compat' },
    },
    ...(body && { body: JSON.stringify(body) }),
    isBase64Encoded: false,
  };
}
