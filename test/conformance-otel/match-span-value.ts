const PATTERN = /^\$\{\/(.*)\/\}$/s;

export type Mapping = Readonly<Record<string, unknown>>;

export const isMapping = (value: unknown): value is Mapping =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether a value is what a requirement expects; its variables have been put in already. */
export function matches(expected: unknown, actual: unknown): boolean {
  if (expected === '*') return actual !== undefined;
  const pattern = typeof expected === 'string' ? PATTERN.exec(expected)?.[1] : undefined;
  if (pattern !== undefined) return actual !== undefined && new RegExp(pattern).test(String(actual));
  if (Array.isArray(expected)) {
    return (
      Array.isArray(actual) &&
      actual.length === expected.length &&
      expected.every((one, at) => matches(one, actual[at]))
    );
  }
  if (!isMapping(expected)) return expected === actual;
  const keys = Object.keys(expected);
  if (keys.length === 1 && keys[0] === '$any_of')
    return (expected.$any_of as unknown[]).some((one) => matches(one, actual));
  return isMapping(actual) && keys.every((key) => key in actual && matches(expected[key], actual[key]));
}
