/**
 * Defines the symbols of `await using` where they are missing: on Node 20 and 22 only the main context has them, and
 * test runners that run tests in a context of their own, such as jest 29, do not copy them. The symbols are those of
 * Node's own objects.
 */
export function provideAsyncDispose(symbols: object): void {
  for (const name of ['dispose', 'asyncDispose'])
    if (!(name in symbols)) Object.defineProperty(symbols, name, { value: Symbol.for(`nodejs.${name}`) });
}
