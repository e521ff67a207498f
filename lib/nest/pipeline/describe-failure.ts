import type { HttpException } from '@nestjs/common';
import { ExecutionError } from '../../engine/adapter.js';
import { asRecord, messageOf, textOf } from '../../wire/thrown.js';
import { describes } from '../errors/described.js';
import { isHttpException } from './http-answer.js';

/**
 * The form in which a failure is recorded. An `HttpException` keeps its reasons in its response, where they would be
 * lost: a validation pipe's message is only "Bad Request Exception".
 *
 * @param explanation - of an error that may have been thrown for lack of a request
 */
export function describeFailure(error: unknown, explanation?: string): unknown {
  const described = isHttpException(error) ? new RefusedError(error) : error;
  return explanation === undefined ? described : new ExplainedError(described, explanation);
}

/** A failure within a message, with the reasons of an `HttpException`. */
export function failureText(error: unknown): string {
  return isHttpException(error) ? `${error.name}: ${reasonsOf(error, error.getResponse())}` : String(error);
}

/** A failure on a direct call, under its own name, with the remedy beside its message. */
class ExplainedError extends ExecutionError {
  readonly errorType: string;

  constructor(cause: unknown, explanation: string) {
    const { name = 'Error', errorType = name, errorData } = asRecord(cause) as Partial<RefusedError>;
    super(`${messageOf(cause)} (${explanation})`, { cause, errorData });
    this.errorType = errorType;
    describes(this, cause);
  }
}

/** An `HttpException` without a waiting HTTP request. */
class RefusedError extends ExecutionError {
  readonly errorType: string;

  constructor(exception: HttpException) {
    const response = exception.getResponse();
    super(reasonsOf(exception, response), { cause: exception, errorData: jsonOf(response) });
    this.errorType = exception.name;
    describes(this, exception);
  }
}

/** A failure must be recorded whatever its response contains. */
function jsonOf(response: string | object): string | undefined {
  try {
    return JSON.stringify(response);
  } catch {
    return undefined;
  }
}

function reasonsOf(exception: HttpException, response: string | object): string {
  const { message } = response as { message?: unknown };
  if (typeof message === 'string') return message;
  return reasonsIn(message).map(reasonOf).join('; ') || exception.message;
}

/** Validation lists its reasons, or groups them by property: `{ sku: ['sku is missing'] }`. */
function reasonsIn(message: unknown): unknown[] {
  const values: unknown[] = Object.values(asRecord(message));
  if (Array.isArray(message) || values.every(Array.isArray)) return values.flat();
  return [message];
}

/** An application may list objects, such as the errors of class-validator, which have a text of their own. */
function reasonOf(reason: unknown): string {
  const text = textOf(reason);
  if (typeof reason !== 'object' || reason === null || (text && !text.startsWith('[object '))) return text;
  return jsonOf(reason) ?? text;
}
