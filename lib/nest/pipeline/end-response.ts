import type { ArgumentsHost } from '@nestjs/common';
import type { ServerResponse } from 'node:http';

const BODY = JSON.stringify({ statusCode: 500, message: 'Internal server error' });

/** Ends a response that nothing else will end, with 500: middleware may wait for its end. */
export function endResponse(host: ArgumentsHost): void {
  const response = host.switchToHttp().getResponse<ServerResponse & { raw?: ServerResponse }>();
  // Fastify's response wraps that of Node.
  const raw = response.raw ?? response;
  if (raw.writableEnded) return;
  if (raw.headersSent) raw.end();
  else raw.writeHead(500, { 'content-type': 'application/json; charset=utf-8' }).end(BODY);
}
