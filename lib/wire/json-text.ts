/**
 * The JSON of a value that is sent.
 *
 * @throws {TypeError} also for a promise in it, as after a forgotten `await`: its JSON is `{}`
 */
export function jsonText(value: unknown): string | undefined {
  return JSON.stringify(value, refusePromise);
}

function refusePromise(name: string, value: unknown): unknown {
  if (!(value instanceof Promise)) return value;
  // Nothing else awaits it: its rejection would end the process.
  value.catch(() => undefined);
  throw new TypeError(`${name === '' ? 'it' : `"${name}" in it`} is a promise. Await it before the call.`);
}
