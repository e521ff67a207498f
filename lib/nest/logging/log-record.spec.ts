import { logRecord } from './log-record.js';

const STACK = 'Error: failed\n    at place (file.ts:1:2)';
const stackTrace = STACK.split('\n');
class Order {
  constructor(readonly id: number) {}
}
const error = Object.assign(new RangeError('too late', { cause: new Error('why') }), { stack: STACK });
const members = {
  errorType: 'RangeError',
  errorMessage: 'too late',
  stackTrace,
  cause: { errorType: 'Error', errorMessage: 'why', stackTrace: expect.any(Array) },
};
const { proxy, revoke } = Proxy.revocable({}, {});
revoke();

describe('logRecord', () => {
  it.each<[string, unknown[], object]>([
    ['text', ['hello'], { message: 'hello' }],
    ['text and context', ['hello', 'Greeter'], { message: 'hello', context: 'Greeter' }],
    ['more texts', ['user created', 'id-7', 'Users'], { message: 'user created', params: ['id-7'], context: 'Users' }],
    ['a number', [7, 'C'], { message: '7', context: 'C' }],
    ['nothing', [undefined], { message: 'undefined' }],
    ['null', [null, 'C'], { message: null, context: 'C' }],
    ['an object', [{ parcel: 7 }, 'C'], { message: '', parcel: 7, context: 'C' }],
    ['an object with a message', [{ message: 'shipped', parcel: 7 }], { message: 'shipped', parcel: 7 }],
    ['an object whose message is one', [{ message: { a: 1 } }], { message: { a: 1 } }],
    ['an instance of a class', [new Order(7)], { message: '', id: 7 }],
    ['text and objects', ['sold', { a: 1 }, { b: 2 }, 'C'], { message: 'sold', a: 1, b: 2, context: 'C' }],
    ['an object behind the context', ['sold', 'C', { a: 1 }], { message: 'sold', a: 1, params: ['C'] }],
    ['a list', [[1, new Map([['a', 1]])], 'C'], { message: [1, { a: 1 }], context: 'C' }],
    ['a map', [new Map([['a', new Set([1])]])], { message: { a: [1] } }],
    ['a set', [new Set(['a'])], { message: ['a'] }],
    ['a date', [new Date(0), 'C'], { message: '1970-01-01T00:00:00.000Z', context: 'C' }],
    ['lists behind a text', ['found', [1, 2], 'C'], { message: 'found', params: [[1, 2]], context: 'C' }],
    ['an error', [error, 'C'], { message: 'too late', ...members, context: 'C' }],
    ['an error behind a text', ['no parcel:', error, 'C'], { message: 'no parcel:', ...members, context: 'C' }],
    ['an error inside an object', [{ message: 'm', err: error }], { message: 'm', err: members }],
    ['a bigint and a cycle', ['big', { n: 1n }, 'C'], { message: 'big', n: '1', context: 'C' }],
    ['what cannot be read', ['odd', proxy, 'C'], { message: 'odd', params: [expect.any(String)], context: 'C' }],
    ['what is forged', [{ message: 'hi', level: 'FATAL', timestamp: 'never' }, 'C'], { message: 'hi', context: 'C' }],
    ['another context', [{ message: 'hi', context: 'forged' }, 'C'], { message: 'hi', context: 'C' }],
  ])('keeps %s', (_what, [message, ...params], expected) => {
    for (const level of ['log', 'error'] as const) expect(logRecord(level, message, params)).toEqual(expected);
  });

  it.each<[string, unknown[], object]>([
    ['stack', ['failed', STACK], { message: 'failed', stackTrace }],
    ['stack and context', ['failed', STACK, 'C'], { message: 'failed', stackTrace, context: 'C' }],
    ['context and stack', ['failed', 'C', STACK], { message: 'failed', stackTrace, context: 'C' }],
    ['no stack but a context', ['failed', undefined, 'C'], { message: 'failed', context: 'C' }],
    [
      'object, stack and context',
      ['failed', { a: 1 }, STACK, 'C'],
      { message: 'failed', a: 1, stackTrace, context: 'C' },
    ],
    ['texts and context', ['failed', 'twice', 'C'], { message: 'failed', params: ['twice'], context: 'C' }],
  ])('reads the %s of an error', (_what, [message, ...params], expected) => {
    for (const level of ['error', 'fatal'] as const) expect(logRecord(level, message, params)).toEqual(expected);
  });

  it('takes no text of other levels for a stack', () => {
    expect(logRecord('warn', 'odd', [STACK, 'C'])).toEqual({ message: 'odd', params: [STACK], context: 'C' });
  });
});
