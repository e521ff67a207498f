import {
  BadGatewayException,
  BadRequestException,
  ConflictException,
  ForbiddenException,
  GatewayTimeoutException,
  GoneException,
  HttpException,
  type HttpExceptionOptions,
  HttpStatus,
  HttpVersionNotSupportedException,
  ImATeapotException,
  InternalServerErrorException,
  MethodNotAllowedException,
  MisdirectedException,
  NotAcceptableException,
  NotFoundException,
  NotImplementedException,
  PayloadTooLargeException,
  PreconditionFailedException,
  RequestTimeoutException,
  ServiceUnavailableException,
  UnauthorizedException,
  UnprocessableEntityException,
  UnsupportedMediaTypeException,
} from '@nestjs/common';
import { registerErrorCodec } from '../../engine/adapter.js';
import type { ErrorCodec } from '../../engine/base/errors/error-codec.js';
import type { PlainRecord } from '../../engine/base/errors/plain-data.js';
import { isHttpException } from '../pipeline/http-answer.js';

type NestException = new (response: string | object, options?: Options) => HttpException;

/** Nest 12 has a code of errors for programs, which a text as the response does not contain. */
type Options = Pick<HttpExceptionOptions, 'errorCode'>;

/** Nest's class for a status, by which code around a step may catch it. */
const NEST_EXCEPTIONS: ReadonlyMap<number, NestException> = new Map<number, NestException>([
  [HttpStatus.BAD_GATEWAY, BadGatewayException],
  [HttpStatus.BAD_REQUEST, BadRequestException],
  [HttpStatus.CONFLICT, ConflictException],
  [HttpStatus.FORBIDDEN, ForbiddenException],
  [HttpStatus.GATEWAY_TIMEOUT, GatewayTimeoutException],
  [HttpStatus.GONE, GoneException],
  [HttpStatus.HTTP_VERSION_NOT_SUPPORTED, HttpVersionNotSupportedException],
  [HttpStatus.I_AM_A_TEAPOT, ImATeapotException],
  [HttpStatus.INTERNAL_SERVER_ERROR, InternalServerErrorException],
  [HttpStatus.METHOD_NOT_ALLOWED, MethodNotAllowedException],
  [HttpStatus.MISDIRECTED, MisdirectedException],
  [HttpStatus.NOT_ACCEPTABLE, NotAcceptableException],
  [HttpStatus.NOT_FOUND, NotFoundException],
  [HttpStatus.NOT_IMPLEMENTED, NotImplementedException],
  [HttpStatus.PAYLOAD_TOO_LARGE, PayloadTooLargeException],
  [HttpStatus.PRECONDITION_FAILED, PreconditionFailedException],
  [HttpStatus.REQUEST_TIMEOUT, RequestTimeoutException],
  [HttpStatus.SERVICE_UNAVAILABLE, ServiceUnavailableException],
  [HttpStatus.UNAUTHORIZED, UnauthorizedException],
  [HttpStatus.UNPROCESSABLE_ENTITY, UnprocessableEntityException],
  [HttpStatus.UNSUPPORTED_MEDIA_TYPE, UnsupportedMediaTypeException],
]);

/** A larger response is not kept: what the record of an error may hold would not be enough for status and causes too. */
const LONGEST_RESPONSE = 16_000;

/** Under this key the classes that `@DurableError()` has registered carry their name: they have a form of their own. */
const REGISTERED = Symbol.for('nestjs-durable-execution/durable-error');

/**
 * How an `HttpException` leaves an operation: with its status, response and code, and as an instance of Nest's class for the
 * status if it was one. Of classes of the application only the name is kept, unless `@DurableError()` has registered them.
 */
const httpExceptionCodec: ErrorCodec<HttpException> = {
  name: 'HttpException',
  fits: (error) => isHttpException(error) && (error as { [REGISTERED]?: unknown })[REGISTERED] === undefined,
  save: (exception) => {
    const status = exception.getStatus();
    const NestClass = NEST_EXCEPTIONS.get(status);
    const isOfNest = NestClass !== undefined && exception instanceof NestClass;
    // Of Nest 12; a class of the application may use the name for something else.
    const { errorCode } = exception as { errorCode?: unknown };
    return {
      status,
      response: savedResponse(exception),
      isOfNest,
      ...(isError(exception.getResponse()) && { isErrorResponse: true }),
      ...(typeof errorCode === 'string' && { errorCode }),
    };
  },
  restore: (saved, message) => {
    const { status, isOfNest, errorCode, isErrorResponse, ...form } = saved as unknown as {
      status: number;
      response: string | object;
      isOfNest: boolean;
      errorCode?: string;
      isErrorResponse?: true;
    };
    const response = isErrorResponse ? errorOf(message, form.response) : form.response;
    const NestClass = isOfNest ? NEST_EXCEPTIONS.get(status) : undefined;
    const options = errorCode === undefined ? undefined : { errorCode };
    return NestClass
      ? new NestClass(response, options)
      : new HttpException(response ?? message, status ?? 500, options);
  },
};

export function keepHttpExceptions(): void {
  registerErrorCodec(httpExceptionCodec);
}

/** Nest keeps the message of an error that is given as the response from the client, which receives the text of the status. */
const isError = (response: unknown): response is Error => response instanceof Error;

/** With its members, such as a code: the text is all that is kept of what is not JSON. */
function errorOf(message: string, response: string | object): Error {
  return Object.assign(new Error(message), typeof response === 'object' && response);
}

/** A response that is not JSON is sent as its message alone, live too. */
function savedResponse(exception: HttpException): string | PlainRecord {
  try {
    const text = JSON.stringify(exception.getResponse());
    if (text.length <= LONGEST_RESPONSE) return JSON.parse(text) as string | PlainRecord;
  } catch {
    // Such as a circle, or a bigint.
  }
  return exception.message;
}
