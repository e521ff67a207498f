/** The four failures of a customer-managed key: permanent, although they arrive as HTTP 502. */
export const KMS_CODES = [
  'KMSAccessDeniedException',
  'KMSDisabledException',
  'KMSInvalidStateException',
  'KMSNotFoundException',
] as const;

/**
 * The errors that AWS's own clients call throttling, whatever the status; services use more variants of the two
 * patterns.
 */
const THROTTLING_CODES: ReadonlySet<unknown> = new Set([
  'BandwidthLimitExceeded',
  'EC2ThrottledException',
  'LimitExceededException',
  'PriorRequestNotComplete',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'SlowDown',
  'TooManyRequestsException',
  'TransactionInProgressException',
]);
const THROTTLING_PATTERN = /^(Request)?Throttl(ing|ed)/;

/** The errors that they call transient: request or response were cut off in transit, or the request came too early. */
const PASSING_CODES: ReadonlySet<unknown> = new Set([
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'IDPCommunicationError',
  'TimeoutError',
  'TooEarly',
]);
const PASSING_PATTERN = /^RequestTimeout/;

/** The service's own failures, if a front end returns them with a status other than 5xx. */
const SERVER_CODES: ReadonlySet<unknown> = new Set([
  'InternalError',
  'InternalFailure',
  'ServiceUnavailable',
  'ServiceUnavailableException',
]);

/** The credentials were valid until now: the next ones will be. */
const EXPIRED_CREDENTIALS_CODES: ReadonlySet<unknown> = new Set(['ExpiredToken', 'ExpiredTokenException']);

/** The time of the signature differs from the service's time. */
const CLOCK_CODES: ReadonlySet<unknown> = new Set(['RequestExpired', 'RequestInTheFuture', 'RequestTimeTooSkewed']);
const CLOCK_MESSAGE = /^Signature (expired|not yet current)/;
/** Refusals of a signature, of which the time is one reason. */
const SIGNATURE_CODES: ReadonlySet<unknown> = new Set([
  'AuthFailure',
  'InvalidSignatureException',
  'SignatureDoesNotMatch',
]);

export function isThrottlingCode(code: string | undefined): boolean {
  return THROTTLING_CODES.has(code) || THROTTLING_PATTERN.test(code ?? '');
}

export function isPassingCode(code: string | undefined): boolean {
  return PASSING_CODES.has(code) || PASSING_PATTERN.test(code ?? '');
}

export function isServerCode(code: string | undefined): boolean {
  return SERVER_CODES.has(code);
}

export function isExpiredCredentialsCode(code: string | undefined): boolean {
  return EXPIRED_CREDENTIALS_CODES.has(code);
}

/**
 * Whether a refusal is about time: the same codes have other reasons too.
 * @param isCorrected - whether the client has corrected its clock. Where the clock is off, the AWS client does so at
 *   every failure, also of a call whose signature was accepted
 */
export function isClockFailure(code: string | undefined, message: string, isCorrected = false): boolean {
  return CLOCK_CODES.has(code) || CLOCK_MESSAGE.test(message) || (isCorrected && SIGNATURE_CODES.has(code));
}

/** Error names of the durable API, as the `x-amzn-errortype` header and the AWS client spell them. */
export const ERROR_CODES = [
  ...KMS_CODES,
  'CallbackTimeoutException',
  'DurableExecutionAlreadyStartedException',
  'InvalidParameterValueException',
  'ResourceNotFoundException',
  'ServiceException',
  'TooManyRequestsException',
  'ValidationException',
] as const;
export type ErrorCode = (typeof ERROR_CODES)[number];

export const KMS_ERROR_CODES: ReadonlySet<unknown> = new Set(KMS_CODES);

/** What can be done about KMS failures, for every caller. */
export const KMS_KEY_REMEDY =
  'It is the key that DurableConfig.KMSKeyArn named when the execution was started; GetDurableExecution tells it. The ' +
  'key must exist, be enabled and not be due for deletion. Its policy must allow kms:GenerateDataKey and kms:Decrypt to ' +
  'the service principal lambda.amazonaws.com, and kms:Decrypt to the execution role of the function.';

/** The code of a call that is abandoned because Lambda is about to end the invocation. */
export const LAMBDA_DEADLINE_CODE = 'LambdaDeadlineError';

/** The beginning of the service's message about a stale token, in the service's own spelling. */
export const STALE_TOKEN_MESSAGE = 'Invalid checkpoint token';

/** Whether a message is about a stale token; official SDKs compared the case and failed healthy executions. */
export function isStaleTokenMessage(message: string): boolean {
  return message.slice(0, STALE_TOKEN_MESSAGE.length).toLowerCase() === STALE_TOKEN_MESSAGE.toLowerCase();
}
