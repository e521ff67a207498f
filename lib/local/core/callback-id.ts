/** Where a callback id leads. */
export interface CallbackAddress {
  executionId: string;
  operationId: string;
}

const SEPARATOR = '|';

/** An id that nobody can guess (`secret`) and that leads to its operation without an index. */
export function mintCallbackId(executionId: string, operationId: string, secret: string): string {
  return Buffer.from([executionId, operationId, secret].join(SEPARATOR)).toString('base64');
}

/** Reads an id; `undefined` for what is none. Whether it is genuine only the operation itself can tell. */
export function addressOf(callbackId: string): CallbackAddress | undefined {
  const [executionId, operationId, secret, ...rest] = Buffer.from(callbackId, 'base64').toString().split(SEPARATOR);
  if (!executionId || !operationId || !secret || rest.length > 0) return undefined;
  return { executionId, operationId };
}
