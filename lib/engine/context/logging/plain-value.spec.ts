import { plainValue } from './plain-value.js';

describe('plainValue', () => {
  class Money {
    constructor(readonly cents: number) {}
  }
  const circular: Record<string, unknown> = { amount: 3n };
  circular.self = [circular];
  const hostile = {
    ok: 1,
    get broken() {
      throw new Error('no');
    },
  };
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();

  it.each<[string, unknown, unknown]>([
    ['text', 'a', 'a'],
    ['a date', new Date(0), '1970-01-01T00:00:00.000Z'],
    ['a map with text keys', new Map([['a', new Set([1n])]]), { a: ['1'] }],
    ['a map with other keys', new Map([[1, 'a']]), [[1, 'a']]],
    ['an instance of a class', [new Money(7)], [{ cents: 7 }]],
    ['an object with a JSON form', { at: { toJSON: () => ({ a: new Map() }) } }, { at: { a: {} } }],
    ['bytes', Buffer.from('abc'), 'YWJj'],
    ['a function and a symbol', [function pay() {}, Symbol('x')], ['[Function: pay]', 'Symbol(x)']],
    ['a cycle', circular, { amount: '3', self: ['[Circular]'] }],
    ['a getter that throws', hostile, { ok: 1, broken: '[Unreadable: Error: no]' }],
    ['a revoked proxy', { proxy }, { proxy: expect.stringContaining('[Unreadable') }],
    ['a self-replacing JSON form', { toJSON: (): unknown => ({ toJSON: 1 }) }, { toJSON: 1 }],
    ['nothing', [undefined, null], [undefined, null]],
  ])('keeps %s', (_what, value, expected) => {
    expect(plainValue(value)).toEqual(expected);
  });

  it('keeps an error with stack, causes and the errors of an aggregate', () => {
    const error = new AggregateError([new RangeError('one')], 'two', { cause: new Error('why', { cause: 'text' }) });
    expect(plainValue({ error })).toEqual({
      error: {
        errorType: 'AggregateError',
        errorMessage: 'two',
        stackTrace: expect.arrayContaining(['AggregateError: two']),
        cause: {
          errorType: 'Error',
          errorMessage: 'why',
          stackTrace: expect.any(Array),
          cause: { message: 'text' },
        },
        errors: [{ errorType: 'RangeError', errorMessage: 'one', stackTrace: expect.any(Array) }],
      },
    });
  });

  it('cuts what goes on for ever', () => {
    const error = new Error('round');
    error.cause = error;
    expect(JSON.stringify(plainValue(error)).length).toBeLessThan(100_000);
    const deep: { next?: unknown } = {};
    let last = deep;
    for (let level = 0; level < 50; level += 1) last = last.next = {} as { next?: unknown };
    expect(JSON.stringify(plainValue(deep))).toContain('[Deeper]');
  });
});
