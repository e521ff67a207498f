/**
 * Writes what is sent as JSON: synchronously, because the caller may change it afterwards.
 *
 * @param what - as the subject of a sentence
 * @throws {DurableControlError} when it cannot be written, like any call that fails
 */
export async function written<T>(apiName: string, what: string, write: () => T): Promise<T> {
  try {
    return write();
  } catch (cause) {
    const { unwritable } = await import('./control-failure.js');
    throw unwritable(apiName, what, cause);
  }
}
