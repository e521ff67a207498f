import type { ArgumentsHost } from '@nestjs/common';
import { rawResponseOf } from './raw-response.js';

const BODY = JSON.stringify({ statusCode: 500, message: 'Internal server error' });

/** Ends a response that nothing else will end, with 500: middleware may wait for its end. */
export function endResponse(host: ArgumentsHost): void {
  const raw = rawResponseOf(host);
  if (raw.writableEnded) return;
  if (raw.headersSent) raw.end();
  else raw.writeHead(500, { 'content-type': 'application/json; charset=utf-8' }).end(BODY);
}
