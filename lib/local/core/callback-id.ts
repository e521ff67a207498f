/** The operation to which a callback id belongs. */
export interface CallbackAddress {
  executionId: string;
  operationId: string;
}

const SEPARATOR = '|';

/** An id that cannot be guessed (`secret`) and that leads to its operation without an index. */
export function mintCallbackId(executionId: string, operationId: string, secret: string): string {
  return Buffer.from([executionId, operationId, secret].join(SEPARATOR)).toString('base64');
}

/** Parses an id; `undefined` for anything else. Only the operation itself can tell whether it is genuine. */
export function addressOf(callbackId: string): CallbackAddress | undefined {
  const [executionId, operationId, secret, ...rest] = Buffer.from(callbackId, 'base64').toString().split(SEPARATOR);
  if (!executionId || !operationId || !secret || rest.length > 0) return undefined;
  return { executionId, operationId };
}
