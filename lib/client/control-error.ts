import { DurableExecutionsError } from '../wire/durable-executions-error.js';
import { brand } from '../wire/error-brand.js';

/** Our own code: Lambda has no error for it. */
export const NOT_DURABLE = 'NotDurable';

/** Our own code: the arguments of the call are wrong. */
export const NOT_SENT = 'NotSent';

/** The facts of a failed call. */
export interface ControlFailure {
  /** The operation of the Lambda API, for instance `StopDurableExecution`. */
  apiName: string;
  message: string;
  /** AWS's error name, the code of a socket, or one of the two above. */
  code: string;
  httpStatus?: number | undefined;
  requestId?: string | undefined;
  remedy?: string | undefined;
  retryable: boolean;
  cause?: unknown;
}

/**
 * A call of the control client has failed.
 *
 * @see docs/errors.md
 */
export class DurableControlError extends DurableExecutionsError {
  /** The operation of the Lambda API, for instance `StopDurableExecution`. */
  readonly apiName: string;
  /** AWS's error name, or the code of a socket. */
  declare readonly code: string;
  /** Absent when no response arrived. */
  readonly httpStatus?: number;
  readonly requestId?: string;
  /**
   * What the caller can do, as sentences at the end of the message. Absent where the service's message says everything.
   */
  readonly remedy?: string;
  /** Whether the same call can succeed later without any fix. */
  readonly retryable: boolean;

  static {
    brand(this, 'DurableControlError');
  }

  constructor({ apiName, message, code, httpStatus, requestId, remedy, retryable, cause }: ControlFailure) {
    super(message, { cause });
    this.apiName = apiName;
    this.code = code;
    this.httpStatus = httpStatus;
    this.requestId = requestId;
    this.remedy = remedy;
    this.retryable = retryable;
  }
}
