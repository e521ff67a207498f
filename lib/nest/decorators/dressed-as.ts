/** A function that replaces a method: it keeps the method's metadata and name. */
export function dressedAs<T extends (...args: never[]) => unknown>(
  method: (...args: never[]) => unknown,
  inPlace: T,
): T {
  carryMetadata(method, inPlace);
  return Object.defineProperties(inPlace, {
    name: { value: method.name, configurable: true },
    length: { value: method.length, configurable: true },
  });
}

/** What decorators have said of a method is said of the function in its place too, unless that says it otherwise. */
export function carryMetadata(method: object, inPlace: object): void {
  for (const key of Reflect.getOwnMetadataKeys(method)) {
    if (!Reflect.hasMetadata(key, inPlace)) Reflect.defineMetadata(key, Reflect.getOwnMetadata(key, method), inPlace);
  }
}
