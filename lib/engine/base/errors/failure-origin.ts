import { shared } from '../../../process-state.js';
import { memberOf } from '../../../wire/thrown.js';

/** The operation from which an error came, for log records of its failure. */
export interface FailedOperation {
  /** The id in the service's records. */
  id: string;
  name?: string;
  subType: string;
}

export interface FailureOrigin {
  operation: FailedOperation;
  /** What user code threw, with its class and stack; absent if the operation had failed in an earlier invocation. */
  thrown?: unknown;
}

const origins = shared('failure-origins', () => new WeakMap<object, FailureOrigin>());

/**
 * Remembers from which operation an error came. It is not stored on the error: user code sees the same error on every
 * run, but the original is known in only one of them.
 */
export function rememberOrigin(error: unknown, origin: FailureOrigin): void {
  // A user's mapper may return anything.
  if (typeof error === 'object' && error !== null) origins.set(error, origin);
}

/** An error that was rebuilt came from where the live one came. */
export function shareOrigin(rebuilt: Error, live: Error | undefined): void {
  const origin = live && origins.get(live);
  if (origin) origins.set(rebuilt, origin);
}

/** The operation from which an error, or one of its causes, came; `undefined` for errors of the handler's own. */
export function failedOperationOf(error: unknown): FailedOperation | undefined {
  return failureOriginOf(error)?.operation;
}

/** The original of an error: what user code threw in this invocation, if that is known, otherwise its cause. */
export function liveCauseOf(error: Error): unknown {
  return origins.get(error)?.thrown ?? memberOf(error, 'cause');
}

/** The innermost operation from which an error came, and what was thrown there. */
export function failureOriginOf(error: unknown): FailureOrigin | undefined {
  let innermost: FailureOrigin | undefined;
  const seen = new Set<unknown>();
  for (let link = error; typeof link === 'object' && link !== null && !seen.has(link);) {
    seen.add(link);
    const origin = origins.get(link);
    innermost = origin ?? innermost;
    link = origin?.thrown ?? memberOf(link, 'cause');
  }
  return innermost;
}
