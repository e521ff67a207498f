/** @throws {TypeError} when there is no name: a stub would be for nothing, and a matcher with `not` would always pass */
export function assertName(place: string, name: unknown, needed: string): asserts name is string {
  if (typeof name !== 'string' || name === '')
    throw new TypeError(`${place} needs ${needed}, and got ${name === '' ? 'an empty text' : String(name)}.`);
}
