import { BadRequestException, HttpException } from '@nestjs/common';
import { toErrorObject } from '../../engine/base/errors/error-object.js';
import { originalOf } from '../errors/described.js';
import { describeFailure } from './describe-failure.js';

const recorded = (error: unknown) => toErrorObject(describeFailure(error));

describe('describeFailure', () => {
  it('leaves errors as they are', () => {
    const error = new RangeError('too many');
    expect(describeFailure(error)).toBe(error);
    expect(describeFailure('text')).toBe('text');
  });

  it('tells every reason of a HttpException, and keeps its response for programs', () => {
    const exception = new BadRequestException(['sku is missing', 'quantity is 0']);
    expect(recorded(exception)).toEqual({
      ErrorType: 'BadRequestException',
      ErrorMessage: 'sku is missing; quantity is 0',
      ErrorData: JSON.stringify(exception.getResponse()),
    });
  });

  it.each([
    ['its only reason', new BadRequestException('sku is missing'), 'sku is missing'],
    ['its text', new HttpException('I am a teapot', 418), 'I am a teapot'],
    ['its own message', new HttpException({ code: 7 }, 418), 'Http Exception'],
    [
      'its reasons by property',
      new BadRequestException({ message: { sku: ['sku is missing', 'sku is no text'], 'lines.0': ['no price'] } }),
      'sku is missing; sku is no text; no price',
    ],
    ['its reasons that are objects', new BadRequestException([{ field: 'sku' }, '7']), '{"field":"sku"}; 7'],
    [
      'its reasons that have a text of their own',
      new BadRequestException([{ toString: () => 'sku is missing' }]),
      'sku is missing',
    ],
    ['an object in place of reasons', new HttpException({ message: { code: 7 } }, 418), '{"code":7}'],
    ['its message where there is no reason', new BadRequestException([]), 'Bad Request Exception'],
  ])('tells %s', (_what, exception, message) => {
    expect(recorded(exception)).toMatchObject({ ErrorMessage: message });
  });

  it('does without the response when it has no JSON form', () => {
    const circular: Record<string, unknown> = { message: 'tangled' };
    circular['self'] = circular;
    expect(recorded(new HttpException(circular, 400))).toEqual({ ErrorType: 'HttpException', ErrorMessage: 'tangled' });
  });

  it('knows a HttpException from another copy of Nest', () => {
    const foreign = Object.assign(new Error('Conflict'), {
      getStatus: () => 409,
      getResponse: () => ({ message: 'sold out' }),
    });
    expect(recorded(foreign)).toMatchObject({ ErrorMessage: 'sold out' });
  });
});

it('is traced back to what was thrown, for hooks', () => {
  const exception = new BadRequestException();
  expect(originalOf(describeFailure(exception))).toBe(exception);
  expect(originalOf(describeFailure(exception, 'thrown by a guard'))).toBe(exception);
  expect(originalOf(describeFailure('text', 'thrown by a guard'))).toBe('text');
  expect(originalOf(describeFailure('text'))).toBe('text');
});
