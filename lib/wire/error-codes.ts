/** Error names of the durable API (PROTOCOL §2.1), as the `x-amzn-errortype` header and the AWS client spell them. */
export const ErrorCode = {
  CALLBACK_TIMEOUT: 'CallbackTimeoutException',
  EXECUTION_ALREADY_STARTED: 'DurableExecutionAlreadyStartedException',
  INVALID_PARAMETER_VALUE: 'InvalidParameterValueException',
  KMS_ACCESS_DENIED: 'KMSAccessDeniedException',
  KMS_DISABLED: 'KMSDisabledException',
  KMS_INVALID_STATE: 'KMSInvalidStateException',
  KMS_NOT_FOUND: 'KMSNotFoundException',
  RESOURCE_NOT_FOUND: 'ResourceNotFoundException',
  SERVICE: 'ServiceException',
  TOO_MANY_REQUESTS: 'TooManyRequestsException',
  VALIDATION: 'ValidationException',
} as const;

/** The four failures of a customer-managed key: permanent, although they arrive as HTTP 502. */
export const KMS_ERROR_CODES: ReadonlySet<string> = new Set([
  ErrorCode.KMS_ACCESS_DENIED,
  ErrorCode.KMS_DISABLED,
  ErrorCode.KMS_INVALID_STATE,
  ErrorCode.KMS_NOT_FOUND,
]);

/** How the service's rejection of a spent token starts, in the service's own spelling. */
export const STALE_TOKEN_MESSAGE = 'Invalid checkpoint token';

/** Whether a message is that rejection; official SDKs compared the case and failed healthy executions (§6). */
export function isStaleTokenMessage(message: string): boolean {
  return message.slice(0, STALE_TOKEN_MESSAGE.length).toLowerCase() === STALE_TOKEN_MESSAGE.toLowerCase();
}
