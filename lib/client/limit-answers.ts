import { Readable } from 'node:stream';
import type { LambdaClient } from '@aws-sdk/client-lambda';
import { memberOf } from '../wire/thrown.js';

type Handler = (request: unknown) => Promise<{ response: unknown }>;

/**
 * Bounds how long an answer may take from the sending of its request to its last byte: the AWS client's own limit ends
 * with its first, so one that comes byte by byte would be read for ever.
 */
export function limitAnswers(client: LambdaClient, limitMs: number): void {
  client.middlewareStack.addRelativeTo(
    ((next: Handler) => async (request: unknown) => {
      const untilMs = Date.now() + limitMs;
      const result = await next(request);
      limitBody(memberOf(result.response, 'body'), { leftMs: untilMs - Date.now(), limitMs });
      return result;
    }) as never,
    // Inside the deserializer, which reads the body.
    { name: 'limitAnswers', relation: 'after', toMiddleware: 'deserializerMiddleware' },
  );
}

function limitBody(body: unknown, { leftMs, limitMs }: { leftMs: number; limitMs: number }): void {
  if (!(body instanceof Readable) || memberOf(body, 'complete') === true) return;
  const timer = setTimeout(() => body.destroy(tooSlow(limitMs)), Math.max(0, leftMs));
  body.once('close', () => clearTimeout(timer));
}

/** Named and coded as by the AWS client. */
function tooSlow(limitMs: number): Error {
  return Object.assign(new Error(`No complete answer within ${limitMs} ms.`), {
    name: 'TimeoutError',
    code: 'ETIMEDOUT',
  });
}
