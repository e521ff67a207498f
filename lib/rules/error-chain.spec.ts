import { chainOf } from './error-chain.js';

describe('chainOf', () => {
  it('finds what libraries wrap, outermost first', () => {
    const error = Object.assign(new Error('around', { cause: { original: { code: 'X' } } }), {
      driverError: { code: 'Y' },
      meta: { driverAdapterError: { cause: { kind: 'Z' } } },
    });

    expect(chainOf(error).map(({ path }) => path)).toEqual([
      'error',
      'error.cause',
      'error.driverError',
      'error.meta.driverAdapterError.cause',
      'error.cause.original',
    ]);
  });

  it('ends where a chain runs in a circle', () => {
    const error = new Error('a');
    error.cause = new Error('b', { cause: error });

    expect(chainOf(error)).toHaveLength(2);
  });

  it('looks eleven errors deep and at forty in all', () => {
    const deep = Array.from({ length: 30 }).reduce<object>((cause) => ({ cause }), {});
    const wide = (depth: number): object => (depth === 0 ? {} : { cause: wide(depth - 1), original: wide(depth - 1) });

    expect(chainOf(deep)).toHaveLength(11);
    expect(chainOf(wide(8))).toHaveLength(40);
  });

  it.each(['text', undefined, null, 7, Symbol('s'), () => 1])('has no link for %p', (thrown) => {
    expect(chainOf(thrown)).toEqual([]);
  });

  it('reads past getters that throw and proxies that are revoked', () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    const error = Object.defineProperty({ original: proxy }, 'cause', {
      get: () => {
        throw new Error('no');
      },
    });
    const [outer, inner] = chainOf(error);

    expect(outer!.get('cause')).toBeUndefined();
    expect([inner!.name, inner!.code, inner!.has('x'), inner!.list('errors')]).toEqual(['', '', false, []]);
  });
});
