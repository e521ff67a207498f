import { asRecord } from '../../../wire/thrown.js';

/**
 * The trace header in a plugin's result; neither trimmed nor parsed.
 *
 * @throws {TypeError} when the result cannot contain one
 */
export function traceHeaderIn(answer: unknown): string | undefined {
  if (answer === undefined || answer === null) return undefined;
  if (typeof answer !== 'object' || Array.isArray(answer))
    throw new TypeError(`It returned ${typeof answer}, not an object.`);
  const { xAmznTraceId, then } = asRecord(answer);
  if (typeof then === 'function') {
    // The promise is not awaited, so its rejection must be handled here.
    void Promise.resolve(answer).catch(() => undefined);
    throw new TypeError('It returned a promise; the invoke does not await it.');
  }
  if (xAmznTraceId === undefined || xAmznTraceId === null) return undefined;
  if (typeof xAmznTraceId !== 'string')
    throw new TypeError(`Its xAmznTraceId is a ${typeof xAmznTraceId}, not a text.`);
  return xAmznTraceId.trim() === '' ? undefined : xAmznTraceId;
}
