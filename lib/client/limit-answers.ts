import { nodeModule } from '../node-module.js';
import type { LambdaClient } from '@aws-sdk/client-lambda';
import { memberOf } from '../wire/thrown.js';
import { TimeoutError } from './call-timeouts.js';

const { Readable } = nodeModule('node:stream');

type Handler = (request: unknown) => Promise<{ response: unknown }>;

/**
 * Limits the time from sending a request to the last byte of its response. The AWS client's own limit ends with the
 * first byte, so a response that arrives byte by byte would be read for ever.
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
  const timer = setTimeout(
    () => body.destroy(new TimeoutError(`No complete answer within ${limitMs} ms.`)),
    Math.max(0, leftMs),
  );
  body.once('close', () => clearTimeout(timer));
}
