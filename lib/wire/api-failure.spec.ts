import { describeApiFailure, tellApiFailure } from './api-failure.js';

describe('describeApiFailure', () => {
  it('reads name, status and request id of an error of the AWS client', () => {
    const error = Object.assign(new Error('Denied.'), {
      name: 'AccessDeniedException',
      $fault: 'client',
      $metadata: { httpStatusCode: 403, requestId: 'r-1' },
    });

    expect(describeApiFailure(error)).toEqual({
      code: 'AccessDeniedException',
      httpStatus: 403,
      requestId: 'r-1',
      message: 'Denied.',
    });
  });

  it('falls back to the raw response where the metadata is missing', () => {
    const error = Object.assign(new SyntaxError('Unexpected token <'), {
      $response: { statusCode: 503, headers: { 'x-amzn-requestid': 'r-2' } },
    });

    expect(describeApiFailure(error)).toMatchObject({ code: 'SyntaxError', httpStatus: 503, requestId: 'r-2' });
  });

  it('prefers the code of a socket to a name that says nothing', () => {
    const error = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });

    expect(describeApiFailure(error)).toMatchObject({ code: 'ECONNREFUSED', message: 'connect ECONNREFUSED' });
  });

  it('looks into the attempts of an aggregate whose own message is empty', () => {
    const attempts = ['::1', '127.0.0.1'].map((address) =>
      Object.assign(new Error(`connect ECONNREFUSED ${address}`), { code: 'ECONNREFUSED' }),
    );

    expect(describeApiFailure(new AggregateError(attempts, ''))).toMatchObject({
      code: 'ECONNREFUSED',
      message: 'connect ECONNREFUSED ::1',
    });
  });

  it('finds the error of the AWS client inside an error of the user', () => {
    const inner = Object.assign(new Error('Slow down.'), {
      name: 'TooManyRequestsException',
      $metadata: { httpStatusCode: 429 },
    });
    const outer = new Error('observed', { cause: new Error('wrapped', { cause: inner }) });

    expect(describeApiFailure(outer)).toMatchObject({ code: 'TooManyRequestsException', httpStatus: 429 });
  });

  it.each<[string, object]>([
    ['name', { name: 'ThrottlingException' }],
    ['code', { code: 'ThrottlingException' }],
    ['Code', { Code: 'ThrottlingException' }],
    ['__type', { __type: 'com.amazonaws.lambda#ThrottlingException' }],
    ['name with its namespace', { name: 'com.amazonaws.lambda#ThrottlingException:http://internal' }],
    ['Error.Code', { Error: { Code: 'ThrottlingException' } }],
    ['x-amzn-errortype', { $response: { headers: { 'x-amzn-errortype': 'ThrottlingException' } } }],
  ])('finds the name of the error in %s', (_, members) => {
    const error = Object.assign(new Error('Rate exceeded'), { $metadata: { httpStatusCode: 400 } }, members);

    expect(describeApiFailure(error)).toMatchObject({ code: 'ThrottlingException', httpStatus: 400 });
  });

  it('ends on a cycle of causes', () => {
    const error: Error & { cause?: unknown } = new Error('round');
    error.cause = error;

    expect(describeApiFailure(error)).toMatchObject({ code: 'Error', message: 'round' });
  });

  it('goes by properties, not by class', () => {
    const foreign = Object.assign(Object.create(null) as object, { message: 'gone', code: 'EPIPE' });

    expect(describeApiFailure(foreign)).toMatchObject({ code: 'EPIPE', message: 'gone' });
  });

  it.each([
    ['EXECUTION', 'EXECUTION'],
    ['INVOCATION', 'INVOCATION'],
    ['GALAXY', 'INVOCATION'],
    [undefined, 'INVOCATION'],
  ])('reads the declared scope %s of a custom client as %s', (scope, declaredScope) => {
    const error = Object.assign(new Error('no'), { isDurableExecutionClientError: true, scope });

    expect(describeApiFailure(error)).toMatchObject({ declaredScope });
  });

  it.each([
    ['text', 'just text', 'just text'],
    ['nothing', undefined, 'undefined'],
    ['null', null, 'null'],
    ['a number', 7, '7'],
    ['a plain object', { reason: 'x' }, '{"reason":"x"}'],
    ['an object that cannot be written as JSON', { big: 1n }, '[object Object]'],
    ['a silent error', new RangeError(''), 'RangeError'],
    ['an empty text', '', 'no reason given'],
  ])('tells something of %s', (_, thrown, message) => {
    expect(describeApiFailure(thrown).message).toBe(message);
  });
});

describe('tellApiFailure', () => {
  it('tells code, status, request id and message as one sentence', () => {
    const facts = { code: 'KMSDisabledException', httpStatus: 502, requestId: 'r-3', message: 'Key is disabled' };

    expect(tellApiFailure('CheckpointDurableExecution', facts)).toBe(
      'CheckpointDurableExecution failed with KMSDisabledException (HTTP 502, request id r-3): Key is disabled.',
    );
  });

  it('ends the sentence where the message does, before its line break', () => {
    expect(tellApiFailure('Invoke', { code: 'EPROTO', message: 'write EPROTO wrong version:\n' })).toBe(
      'Invoke failed with EPROTO: write EPROTO wrong version:.',
    );
  });

  it('leaves out what is not known', () => {
    expect(tellApiFailure('Invoke', { message: 'gone!' })).toBe('Invoke failed with an unknown error: gone!');
  });
});
