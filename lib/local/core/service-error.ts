/** A request that the service refuses, as the caller sees it (docs/protocol.md#transport-and-errors). */
export class ServiceError extends Error {
  override readonly name = 'ServiceError';
  readonly code: string;
  readonly httpStatus: number;

  constructor(code: string, httpStatus: number, message: string) {
    super(message);
    this.code = code;
    this.httpStatus = httpStatus;
  }
}

/** The content of a request breaks a rule. */
export function invalidParameter(message: string): ServiceError {
  return new ServiceError('InvalidParameterValueException', 400, message);
}

/** The shape of a request breaks a constraint of the API's model. */
export function invalidShape(message: string): ServiceError {
  return new ServiceError('ValidationException', 400, message);
}

export function notFound(message: string): ServiceError {
  return new ServiceError('ResourceNotFoundException', 404, message);
}

export function callbackNotOpen(): ServiceError {
  return new ServiceError('CallbackTimeoutException', 400, 'The callback is either timed out or already completed');
}

/** The execution's status does not allow the request. */
export function conflict(message: string): ServiceError {
  return new ServiceError('ResourceConflictException', 409, message);
}

export function alreadyStarted(arn: string): ServiceError {
  return new ServiceError('DurableExecutionAlreadyStartedException', 409, `Execution already started: ${arn}`);
}

/** The body does not have the form that the API expects. */
export function unreadableBody(message: string): ServiceError {
  return new ServiceError('SerializationException', 400, message);
}
