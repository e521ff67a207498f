import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { ServiceError } from '../core/service-error.js';

/** A response before it is sent. */
export interface Reply {
  status: number;
  headers?: Readonly<Record<string, string>>;
  body?: string;
}

export function json(status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): Reply {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(value) };
}

/** Errors whose shape spells the member `message`; all others spell it `Message`. */
const LOWER_CASE_MESSAGE: ReadonlySet<string> = new Set([
  'InvalidParameterValueException',
  'ValidationException',
  'TooManyRequestsException',
  'RequestTooLargeException',
  'SerializationException',
]);

/**
 * An error in the form that the AWS client reads: the class in a header, the text in the member that its shape
 * declares.
 */
export function errorReply({
  code,
  httpStatus,
  message,
}: Pick<ServiceError, 'code' | 'httpStatus' | 'message'>): Reply {
  const member = LOWER_CASE_MESSAGE.has(code) ? 'message' : 'Message';
  const body = { [member]: message, Type: httpStatus < 500 ? 'User' : 'Service', ...extrasOf(code) };
  return json(httpStatus, body, { 'x-amzn-errortype': code, ...(httpStatus === 429 ? { 'retry-after': '1' } : {}) });
}

function extrasOf(code: string): object {
  return code === 'TooManyRequestsException' ? { Reason: 'CallerRateLimitExceeded' } : {};
}

/** A thrown error as a response; an unexpected one is a fault of this service. */
export function replyOfThrown(thrown: unknown): Reply {
  if (thrown instanceof ServiceError) return errorReply(thrown);
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return errorReply({ code: 'ServiceException', httpStatus: 500, message: `Internal failure: ${message}` });
}

export function send(response: ServerResponse, { status, headers = {}, body }: Reply): void {
  if (response.destroyed) return;
  response.writeHead(status, {
    'x-amzn-requestid': randomUUID(),
    ...headers,
    ...(status === 204 ? {} : { 'content-length': Buffer.byteLength(body ?? '') }),
  });
  response.end(status === 204 ? undefined : body);
}
