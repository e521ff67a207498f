import type { ArgumentsHost } from '@nestjs/common';
import type { ServerResponse } from 'node:http';

/** Node's own response; that of Fastify wraps it. */
export function rawResponseOf(host: ArgumentsHost): ServerResponse {
  const response = host.switchToHttp().getResponse<ServerResponse & { raw?: ServerResponse }>();
  return response.raw ?? response;
}
