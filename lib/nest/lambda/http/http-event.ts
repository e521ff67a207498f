/** The HTTP sources that can invoke a function, by serverless-express's names for them. */
export type HttpEventSource = 'AWS_ALB' | 'AWS_API_GATEWAY_V1' | 'AWS_API_GATEWAY_V2';

interface HttpEventShape {
  httpMethod?: unknown;
  path?: unknown;
  rawPath?: unknown;
  requestContext?: { elb?: unknown; http?: { method?: unknown } };
}

/**
 * The HTTP source of an event: API Gateway (REST and HTTP APIs, both payload versions), a function URL, or an
 * application load balancer; `undefined` for anything else, such as a message of a WebSocket API.
 */
export function httpEventSource(event: unknown): HttpEventSource | undefined {
  if (typeof event !== 'object' || event === null) return undefined;
  const { httpMethod, path, rawPath, requestContext } = event as HttpEventShape;
  if ((event as { type?: unknown }).type === 'REQUEST') return undefined;
  if (typeof requestContext !== 'object' || requestContext === null) return undefined;
  if (typeof requestContext.http?.method === 'string' && typeof rawPath === 'string') return 'AWS_API_GATEWAY_V2';
  if (typeof httpMethod !== 'string' || typeof path !== 'string') return undefined;
  return requestContext.elb ? 'AWS_ALB' : 'AWS_API_GATEWAY_V1';
}

/** The response to an HTTP source. */
export interface HttpEventResponse {
  statusCode: number;
  headers?: Record<string, string>;
  multiValueHeaders?: Record<string, string[]>;
  cookies?: string[];
  body: string;
  isBase64Encoded: boolean;
}
