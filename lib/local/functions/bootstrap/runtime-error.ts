import { memberOf, messageOf } from '../../../wire/thrown.js';

/** An error as the Node.js runtime of Lambda reports it, in the body of `/error` and `/init/error`. */
export interface RuntimeError {
  errorType: string;
  errorMessage: string;
  trace: string[];
}

/** A failure that the runtime, not the handler, found; its name is Lambda's error type. */
export class RuntimeFailure extends Error {
  override readonly name: string;

  constructor(type: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = type;
  }
}

/**
 * Describes any thrown value, also one that cannot be read. Errors of another realm (a `vm` context, a worker thread)
 * are not instances of this realm's `Error`.
 */
export function toRuntimeError(thrown: unknown): RuntimeError {
  const [name, message, stack] = ['name', 'message', 'stack'].map((member) => memberOf(thrown, member));
  const errorMessage = messageOf(thrown);
  if (typeof message !== 'string' || (typeof name !== 'string' && typeof stack !== 'string')) {
    return { errorType: typeof thrown, errorMessage, trace: [] };
  }
  return {
    errorType: typeof name === 'string' && name !== '' ? name : 'Error',
    errorMessage,
    trace: typeof stack === 'string' ? stack.split('\n').filter((line) => line !== '') : [],
  };
}
