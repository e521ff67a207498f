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

/** Describes any thrown value. */
export function toRuntimeError(thrown: unknown): RuntimeError {
  if (!(thrown instanceof Error) && !isErrorLike(thrown)) {
    return { errorType: typeof thrown, errorMessage: describe(thrown), trace: [] };
  }
  return {
    errorType: thrown.name || 'Error',
    errorMessage: thrown.message,
    trace: (thrown.stack ?? '').split('\n').filter((line) => line !== ''),
  };
}

/** Errors of another realm (a `vm` context, a worker thread) are not instances of this realm's `Error`. */
function isErrorLike(thrown: unknown): thrown is Error {
  const { name, message } = Object(thrown) as Partial<Error>;
  return typeof name === 'string' && typeof message === 'string';
}

function describe(thrown: unknown): string {
  if (typeof thrown !== 'object' || thrown === null) return String(thrown);
  try {
    return JSON.stringify(thrown) ?? String(thrown);
  } catch {
    return Object.prototype.toString.call(thrown);
  }
}
