import type { ErrorObject } from '../../wire/operation.js';

/** The meaning of a function's output, if it is legal (docs/protocol.md#the-response). */
export type Envelope =
  | { status: 'SUCCEEDED'; result: string | undefined }
  | { status: 'FAILED'; error: ErrorObject }
  | { status: 'PENDING' };

/** Why an output is not legal. */
export interface EnvelopeViolation {
  violation: string;
}

export const EMPTY_PENDING_MESSAGE = 'Cannot return PENDING status with no pending operations.';

/** AWS's text for an output that is no envelope, as of a handler that nothing has made durable. */
export const INVALID_STATUS_MESSAGE = 'Invalid Status in invocation output.';

/** @param resultLimitBytes the maximum size of the result */
export function readEnvelope(payload: string, resultLimitBytes: number): Envelope | EnvelopeViolation {
  const output = parse(payload);
  switch (output?.['Status']) {
    case 'SUCCEEDED':
      return readSucceeded(output, resultLimitBytes);
    case 'FAILED':
      if (isGiven(output['Result'])) return { violation: 'Cannot provide a Result for FAILED status.' };
      return { status: 'FAILED', error: readError(output['Error']) };
    case 'PENDING':
      return { status: 'PENDING' };
    default:
      return { violation: INVALID_STATUS_MESSAGE };
  }
}

function readSucceeded(output: Record<string, unknown>, limit: number): Envelope | EnvelopeViolation {
  if (isGiven(output['Error'])) return { violation: 'Cannot provide an Error for SUCCEEDED status.' };
  const given = output['Result'];
  if (isGiven(given) && typeof given !== 'string') return { violation: 'Invalid Result in invocation output.' };
  const result = typeof given === 'string' ? given : undefined;
  if (Buffer.byteLength(result ?? '') > limit) {
    return { violation: `Execution output payload size must be less than or equal to ${limit} bytes.` };
  }
  return { status: 'SUCCEEDED', result };
}

/** Copies the known members of an error object if they have the right type. */
function readError(value: unknown): ErrorObject {
  if (typeof value !== 'object' || value === null) return {};
  const { ErrorMessage, ErrorType, ErrorData, StackTrace } = value as Record<string, unknown>;
  return {
    ...(typeof ErrorMessage === 'string' ? { ErrorMessage } : {}),
    ...(typeof ErrorType === 'string' ? { ErrorType } : {}),
    ...(typeof ErrorData === 'string' ? { ErrorData } : {}),
    ...(Array.isArray(StackTrace) ? { StackTrace: StackTrace.map(String) } : {}),
  };
}

function parse(payload: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(payload);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** In the API, null means absent everywhere. */
function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}
