import { memberOf } from '../../../wire/thrown.js';

/** The operation that an error came out of, as records of its failure name it. */
export interface FailedOperation {
  /** As the service knows it. */
  id: string;
  name?: string;
  subType: string;
}

export interface FailureOrigin {
  operation: FailedOperation;
  /** What user code threw, with its class and stack; absent where the operation had failed in an earlier invocation. */
  thrown?: unknown;
}

const origins = new WeakMap<object, FailureOrigin>();

/**
 * Notes where the error of an operation came from. Not on the error: user code sees the same error on every run, and what
 * was really thrown is known in one of them only.
 */
export function rememberOrigin(error: unknown, origin: FailureOrigin): void {
  // A mapper of the user's may give anything.
  if (typeof error === 'object' && error !== null) origins.set(error, origin);
}

/** The operation that an error came out of, or that one of its causes did; `undefined` for errors of the handler's own. */
export function failedOperationOf(error: unknown): FailedOperation | undefined {
  return originOf(error)?.operation;
}

/** What was behind an error: what user code threw in this invocation, where that is known, otherwise its cause. */
export function liveCauseOf(error: Error): unknown {
  return origins.get(error)?.thrown ?? memberOf(error, 'cause');
}

function originOf(error: unknown): FailureOrigin | undefined {
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
