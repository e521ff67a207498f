import type { ArgumentsHost } from '@nestjs/common';
import type { ServerResponse } from 'node:http';

/** The response of a framework, or Node's own. */
export type FrameworkResponse = ServerResponse & { raw?: ServerResponse };

/** Node's own response; that of Fastify wraps it. */
export function rawResponse(response: FrameworkResponse): ServerResponse {
  return response.raw ?? response;
}

export function rawResponseOf(host: ArgumentsHost): ServerResponse {
  return rawResponse(host.switchToHttp().getResponse<FrameworkResponse>());
}
