/** A function in the place of a method: what decorators have said of the method, and its name, stay with it. */
export function dressedAs<T extends (...args: never[]) => unknown>(
  method: (...args: never[]) => unknown,
  inPlace: T,
): T {
  for (const key of Reflect.getOwnMetadataKeys(method)) {
    Reflect.defineMetadata(key, Reflect.getOwnMetadata(key, method), inPlace);
  }
  return Object.defineProperties(inPlace, {
    name: { value: method.name, configurable: true },
    length: { value: method.length, configurable: true },
  });
}
