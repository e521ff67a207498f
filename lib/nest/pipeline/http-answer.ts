import type { HttpException } from '@nestjs/common';
import { isOperationError } from '../../engine/adapter.js';
import { memberOf } from '../../wire/thrown.js';

/** Errors of operations within operations; more levels are not looked through. */
const MAX_LEVELS = 20;

/** Whether Nest responds to a thrown value itself, so that an HTTP client sees the reason. */
export function isHttpAnswer(thrown: unknown): boolean {
  return isHttpException(thrown) || isHttpError(thrown);
}

/**
 * Checks the shape, because a bundle may contain two copies of `@nestjs/common`, and code that is loaded later must not
 * import it.
 */
export function isHttpException(thrown: unknown): thrown is HttpException {
  if (!(thrown instanceof Error)) return false;
  const { getStatus, getResponse } = thrown as Partial<HttpException>;
  return typeof getStatus === 'function' && typeof getResponse === 'function';
}

/** The `http-errors` of Express and its body parsers. */
function isHttpError(thrown: unknown): boolean {
  if (!(thrown instanceof Error)) return false;
  const { expose, status, statusCode } = thrown as { expose?: unknown; status?: unknown; statusCode?: unknown };
  return typeof expose === 'boolean' && typeof statusCode === 'number' && status === statusCode;
}

/**
 * What a route responds to. An operation that reports failures within it wraps them, such as a batch its items: then it
 * is the `HttpException` with which the innermost of them has failed. Any other thrown value is itself.
 */
export function answerableError(thrown: unknown): unknown {
  let link = thrown;
  for (let level = 0; level < MAX_LEVELS && isOperationError(link); level += 1) link = memberOf(link, 'cause');
  return isHttpException(link) ? link : thrown;
}
