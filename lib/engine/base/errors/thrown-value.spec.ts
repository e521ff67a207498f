import { unreadable } from '../../../../test/engine/support/unreadable.js';
import { toErrorObject } from './error-object.js';
import { readThrownValue } from './thrown-value.js';

const trap = () => {
  throw new Error('trap');
};

const trapped = new Proxy(
  {},
  { get: trap, has: trap, getPrototypeOf: trap, ownKeys: trap, getOwnPropertyDescriptor: trap },
);

const circular: Record<string, unknown> = { code: 'E1' };
circular.self = circular;

describe('readThrownValue', () => {
  it.each<[string, unknown, ReturnType<typeof readThrownValue>]>([
    ['a text', 'Order not found', { message: 'Order not found' }],
    ['an empty text', '', { message: '' }],
    ['a number', 42, { message: '42' }],
    ['a bigint', 10n, { message: '10n' }],
    ['nothing', undefined, { message: 'undefined was thrown.' }],
    ['null', null, { message: 'null was thrown.' }],
    ['a symbol', Symbol('gone'), { message: 'Symbol(gone)' }],
    ['a class in place of an instance', RangeError, { message: '[Function: RangeError]' }],
    [
      'an object with a message',
      { message: 'gone', code: 410 },
      { message: 'gone', data: '{"message":"gone","code":410}' },
    ],
    ['an object without one', { ok: false }, { message: '{"ok":false}', data: '{"ok":false}' }],
    [
      'a list of messages',
      { message: ['no sku', 'no sum'], code: 4 },
      { message: 'no sku, no sum', data: '{"code":4}' },
    ],
    ['a list of texts', ['no sku', 'no sum'], { message: 'no sku, no sum' }],
    ['an empty object', {}, { message: 'An object without a message was thrown.' }],
    ['what is circular', circular, { message: '{"code":"E1"}', data: '{"code":"E1"}' }],
    ['a revoked proxy', unreadable(), { message: 'An object was thrown that cannot be read.' }],
    ['a proxy whose traps throw', trapped, { message: 'An object was thrown that cannot be read.' }],
    [
      'a getter that throws',
      {
        get message() {
          return trap();
        },
        code: 5,
      },
      { message: '{"code":5}', data: '{"code":5}' },
    ],
  ])('reads %s', (_, thrown, read) => {
    expect(readThrownValue(thrown)).toEqual(read);
  });

  it('keeps neither secrets nor what lies deeper, where HTTP clients hold the headers of a request', () => {
    const answer = {
      status: 401,
      token: 't0p',
      passphrase: 't0p',
      private_key: 't0p',
      config: { headers: { authorization: 't0p' } },
    };

    expect(JSON.stringify(readThrownValue(answer))).not.toContain('t0p');
    expect(readThrownValue(answer).message).toBe('{"status":401}');
  });

  it('keeps a bounded part of a large object', () => {
    const large = Object.fromEntries(Array.from({ length: 1000 }, (_, at) => [`m${at}`, 'x'.repeat(5000)]));

    expect(readThrownValue(large).data!.length).toBeLessThan(25_000);
  });
});

describe('toErrorObject', () => {
  it.each([
    ['a revoked proxy', unreadable()],
    ['a proxy whose traps throw', trapped],
    [
      'an error whose members throw',
      Object.defineProperties(new Error(), { name: { get: trap }, message: { get: trap } }),
    ],
  ])('records something of %s', (_, thrown) => {
    expect(toErrorObject(thrown)).toEqual({ ErrorMessage: expect.stringMatching(/thrown/) });
  });
});
