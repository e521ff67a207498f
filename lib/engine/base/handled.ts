/** The same promise. Like that of an operation, it may reject before code awaits it, and that does not end the process. */
export function handled<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}
