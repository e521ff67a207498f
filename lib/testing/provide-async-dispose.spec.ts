import { runInNewContext } from 'node:vm';
import { provideAsyncDispose } from './provide-async-dispose.js';

describe('the symbols of `await using`', () => {
  it('are defined in a context that has none, such as the one of jest 29', () => {
    const symbols: Record<string, unknown> = {};
    provideAsyncDispose(symbols);
    expect([symbols.dispose, symbols.asyncDispose]).toEqual([
      Symbol.for('nodejs.dispose'),
      Symbol.for('nodejs.asyncDispose'),
    ]);
  });

  it('stay what they are', () => {
    const symbols = { dispose: Symbol('mine'), asyncDispose: Symbol('mine too') };
    const before = { ...symbols };
    provideAsyncDispose(symbols);
    expect(symbols).toEqual(before);
  });

  it('are usable in a context of its own', () => {
    const other = runInNewContext('Symbol') as SymbolConstructor;
    provideAsyncDispose(other);
    expect(typeof other.asyncDispose).toBe('symbol');
  });
});
