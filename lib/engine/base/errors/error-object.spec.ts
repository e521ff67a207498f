import { createContext, runInContext } from 'node:vm';
import { normaliseThrown, toErrorObject } from './error-object.js';
import { ExecutionError } from './execution-error.js';
import { ChildContextError, StepError } from './operation-errors.js';

/** An error whose own data stands behind `depth` causes. */
function buried(depth: number): StepError {
  const innermost = Object.assign(new Error('deep'), { errorData: 'found' });
  let cause: Error = innermost;
  for (let at = 1; at < depth; at++) cause = new Error('between', { cause });
  return new StepError('outer', cause);
}

describe('toErrorObject', () => {
  it.each([
    ['an error', new RangeError('far'), { ErrorType: 'RangeError', ErrorMessage: 'far' }],
    [
      'what looks like an error',
      { name: 'Odd', message: 'so', stack: 'at a' },
      { ErrorType: 'Odd', ErrorMessage: 'so' },
    ],
    [
      'an object with a name and a message',
      { name: 'Gone', message: 'so', status: 410, token: 't0p', inner: {} },
      { ErrorType: 'Gone', ErrorMessage: 'so', ErrorData: '{"name":"Gone","message":"so","status":410}' },
    ],
    ['an object with a stack', { message: 'so', stack: 'at a' }, { ErrorMessage: 'so', ErrorData: '{"message":"so"}' }],
    ['a text', 'broken', { ErrorMessage: 'broken' }],
    ['undefined', undefined, { ErrorMessage: 'undefined was thrown.' }],
    [
      'an object without a name',
      { message: 'so', status: 410 },
      { ErrorMessage: 'so', ErrorData: '{"message":"so","status":410}' },
    ],
    [
      'an object with a name and no message',
      { name: 'Gone', status: 410 },
      { ErrorType: 'Gone', ErrorMessage: '{"name":"Gone","status":410}', ErrorData: '{"name":"Gone","status":410}' },
    ],
    ['a StepError', new StepError('No.'), { ErrorType: 'StepError', ErrorMessage: 'No.' }],
    [
      'an ExecutionError with data',
      new ExecutionError('No.', { errorData: 'd' }),
      { ErrorType: 'ExecutionError', ErrorMessage: 'No.', ErrorData: 'd' },
    ],
    [
      'data of an error that is not ours',
      Object.assign(new Error('No.'), { errorData: 'secret' }),
      { ErrorType: 'Error', ErrorMessage: 'No.' },
    ],
  ])('records %s', (_, thrown, recorded) => {
    expect(toErrorObject(thrown)).toStrictEqual(recorded);
  });

  it('finds data behind ten causes, and looks no further', () => {
    expect(toErrorObject(buried(1)).ErrorData).toBe('found');
    expect(toErrorObject(buried(10)).ErrorData).toBe('found');
    expect(toErrorObject(buried(11)).ErrorData).toBeUndefined();
  });

  it('prefers its own data to that of a cause', () => {
    expect(toErrorObject(new ChildContextError('No.', buried(1), 'own')).ErrorData).toBe('own');
  });

  it('never records a stack trace', () => {
    const error = new StepError('No.');
    error.stackTrace = ['at a'];

    expect(toErrorObject(error)).not.toHaveProperty('StackTrace');
  });
});

describe('normaliseThrown', () => {
  it('passes errors of any realm as they are', () => {
    const foreign: unknown = runInContext('new TypeError("no")', createContext());
    const own = new Error('x');

    expect(normaliseThrown(own)).toBe(own);
    expect(normaliseThrown(foreign)).toBe(foreign);
  });

  it('makes an error of anything else, and keeps what was thrown', () => {
    const error = normaliseThrown('broken');

    expect(error).toBeInstanceOf(Error);
    expect({ message: error.message, cause: error.cause }).toEqual({ message: 'broken', cause: 'broken' });
    expect(normaliseThrown(undefined).message).toBe('undefined was thrown.');
  });
});
