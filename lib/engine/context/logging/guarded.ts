import { normaliseThrown } from '../../base/errors/error-object.js';
import { JsonLogger } from './json-logger.js';

/** Calls a user's logger: if it throws or rejects, the execution must not change. */
export function guarded(call: () => unknown): void {
  try {
    const result = call();
    if (result instanceof Promise) result.catch(tell);
  } catch (error) {
    tell(error);
  }
}

function tell(thrown: unknown): void {
  const { name: errorType, message: errorMessage } = normaliseThrown(thrown);
  new JsonLogger().warn({ message: 'The configured logger failed; the execution continues.', errorType, errorMessage });
}
