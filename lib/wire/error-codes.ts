/** The four failures of a customer-managed key: permanent, although they arrive as HTTP 502. */
const KMS_CODES = [
  'KMSAccessDeniedException',
  'KMSDisabledException',
  'KMSInvalidStateException',
  'KMSNotFoundException',
] as const;

/** Error names of the durable API (PROTOCOL §2.1), as the `x-amzn-errortype` header and the AWS client spell them. */
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

/** How the service's rejection of a spent token starts, in the service's own spelling. */
export const STALE_TOKEN_MESSAGE = 'Invalid checkpoint token';

/** Whether a message is that rejection; official SDKs compared the case and failed healthy executions (§6). */
export function isStaleTokenMessage(message: string): boolean {
  return message.slice(0, STALE_TOKEN_MESSAGE.length).toLowerCase() === STALE_TOKEN_MESSAGE.toLowerCase();
}
