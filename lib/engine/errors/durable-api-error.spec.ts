import { createContext, runInContext } from 'node:vm';
import { jest } from '@jest/globals';
import { CheckpointError } from './checkpoint-error.js';
import { API_ERROR_RULES } from './classify-api-error.js';
import { CheckpointErrorCategory, DurableApiErrorCategory } from './durable-api-error-category.js';
import { DurableExecutionClientError } from './durable-execution-client-error.js';
import { toErrorObject } from './error-object.js';
import { GetExecutionStateError } from './get-execution-state-error.js';
import { isDurableApiError, isRetryableError } from './recognise.js';

const { EXECUTION, INVOCATION } = DurableApiErrorCategory;

function aws(name: string, httpStatusCode: number | undefined, message = 'No.'): Error {
  return Object.assign(new Error(message), { name, $metadata: { httpStatusCode, requestId: 'r-1' } });
}

function socket(code: string, syscall: string): Error {
  return Object.assign(new Error(`${syscall} ${code}`), { code, syscall, $metadata: { attempts: 3 } });
}

/** Every failure that the table must judge: what is thrown, how far it reaches, and by which row. */
const failures: [what: string, thrown: unknown, category: DurableApiErrorCategory, rule: string][] = [
  ['KMSAccessDeniedException at 502', aws('KMSAccessDeniedException', 502), EXECUTION, 'kms'],
  ['KMSDisabledException at 502', aws('KMSDisabledException', 502), EXECUTION, 'kms'],
  ['KMSInvalidStateException at 502', aws('KMSInvalidStateException', 502), EXECUTION, 'kms'],
  ['KMSNotFoundException at 502', aws('KMSNotFoundException', 502), EXECUTION, 'kms'],
  ['a KMS name without metadata', Object.assign(new Error(), { name: 'KMSDisabledException' }), EXECUTION, 'kms'],
  ['400', aws('InvalidParameterValueException', 400, 'Name too long.'), EXECUTION, 'rejected'],
  ['400 of the request shape', aws('ValidationException', 400), EXECUTION, 'rejected'],
  ['403', aws('AccessDeniedException', 403), EXECUTION, 'access-denied'],
  ['404', aws('ResourceNotFoundException', 404), EXECUTION, 'not-found'],
  ['409', aws('ResourceConflictException', 409), EXECUTION, 'rejected'],
  ['413', aws('RequestTooLargeException', 413), EXECUTION, 'too-large'],
  ['a 4xx without a name', aws('Unknown', 418), EXECUTION, 'rejected'],
  ['429 by status', aws('Unknown', 429), INVOCATION, 'throttled'],
  ['429 by name', Object.assign(new Error(), { name: 'TooManyRequestsException' }), INVOCATION, 'throttled'],
  ['a throttling front end', aws('ThrottlingException', 400), INVOCATION, 'throttled'],
  ['500', aws('ServiceException', 500), INVOCATION, 'server-error'],
  ['502', aws('BadGateway', 502), INVOCATION, 'server-error'],
  ['503', aws('ServiceUnavailable', 503), INVOCATION, 'server-error'],
  ['504', aws('GatewayTimeout', 504), INVOCATION, 'server-error'],
  [
    'HTML at 503',
    Object.assign(new SyntaxError('Unexpected token <'), { $metadata: { httpStatusCode: 503 } }),
    INVOCATION,
    'server-error',
  ],
  ['connection refused', socket('ECONNREFUSED', 'connect'), INVOCATION, 'unanswered'],
  [
    'connection refused on every address',
    new AggregateError([socket('ECONNREFUSED', 'connect')]),
    INVOCATION,
    'unanswered',
  ],
  ['connection reset', socket('ECONNRESET', 'read'), INVOCATION, 'unanswered'],
  ['DNS', socket('ENOTFOUND', 'getaddrinfo'), INVOCATION, 'unanswered'],
  ['timeout', Object.assign(new Error('slow'), { name: 'TimeoutError' }), INVOCATION, 'unanswered'],
  ['abort', new DOMException('aborted', 'AbortError'), INVOCATION, 'unanswered'],
  ['an unreadable 200', aws('SyntaxError', 200), INVOCATION, 'unanswered'],
  ['no metadata', new Error('?'), INVOCATION, 'unanswered'],
  [
    'a spent token as the service spells it',
    aws('InvalidParameterValueException', 400, 'Invalid checkpoint token'),
    INVOCATION,
    'stale-token',
  ],
  [
    'a spent token as official SDKs expect it',
    aws('InvalidParameterValueException', 400, 'Invalid Checkpoint Token: spent'),
    INVOCATION,
    'stale-token',
  ],
  [
    'the token of another execution',
    aws('InvalidParameterValueException', 400, 'Checkpoint token is not valid for the durable execution ARN'),
    EXECUTION,
    'rejected',
  ],
  [
    'a signature made with a wrong clock',
    Object.assign(aws('InvalidSignatureException', 403), {
      $metadata: { httpStatusCode: 403, clockSkewCorrected: true },
    }),
    INVOCATION,
    'clock-corrected',
  ],
  ['a thrown text', 'broken', INVOCATION, 'unanswered'],
  ['a thrown undefined', undefined, INVOCATION, 'unanswered'],
  ['a thrown null', null, INVOCATION, 'unanswered'],
  ['a thrown number', 42, INVOCATION, 'unanswered'],
  [
    'a client that declares EXECUTION',
    new DurableExecutionClientError('no', { scope: 'EXECUTION' }),
    EXECUTION,
    'declared-execution',
  ],
  ['a client that declares INVOCATION', new DurableExecutionClientError('no'), INVOCATION, 'declared-invocation'],
  [
    'a client that declares what nobody knows, at 403',
    Object.assign(aws('Denied', 403), { isDurableExecutionClientError: true, scope: 'GALAXY' }),
    INVOCATION,
    'declared-invocation',
  ],
  [
    'an AWS error of another realm',
    runInContext(
      'Object.assign(new Error("no"), { name: "KMSNotFoundException", $metadata: { httpStatusCode: 502 } })',
      createContext(),
    ),
    EXECUTION,
    'kms',
  ],
  [
    'an AWS error inside another error',
    new Error('seen', { cause: aws('AccessDeniedException', 403) }),
    EXECUTION,
    'access-denied',
  ],
];

const kinds = [
  {
    Kind: CheckpointError,
    kind: 'CheckpointError',
    apiName: 'CheckpointDurableExecution',
    reason: 'CHECKPOINT_FAILED',
  },
  {
    Kind: GetExecutionStateError,
    kind: 'GetExecutionStateError',
    apiName: 'GetDurableExecutionState',
    reason: 'STATE_LOAD_FAILED',
  },
] as const;

describe.each(kinds)('$kind', ({ Kind, kind, apiName, reason }) => {
  it.each(failures)('judges %s', (_, thrown, category, rule) => {
    const error = Kind.fromException(thrown);

    expect(error).toMatchObject({ category, rule, apiName, terminationReason: reason });
    expect(error.name).toBe(kind);
    expect(error.cause).toBe(thrown);
    expect(error.isRetryable()).toBe(category === INVOCATION);
    expect(error.isRetriable()).toBe(category === INVOCATION);
    expect(isRetryableError(error)).toBe(category === INVOCATION);
    expect(error.isStaleToken).toBe(rule === 'stale-token');
  });

  it('says what failed, why, and what can be done', () => {
    const error = Kind.fromException(aws('KMSAccessDeniedException', 502, 'The key refused'));

    expect(error.message).toBe(
      `${apiName} failed with KMSAccessDeniedException (HTTP 502, request id r-1): The key refused. ` +
        "Lambda cannot use the customer-managed key that encrypts this execution's data. " +
        'Check the key in DurableConfig.KMSKeyArn: it must exist and be enabled, and its key policy must allow ' +
        "kms:Decrypt and kms:GenerateDataKey to the function's execution role.",
    );
  });

  it('names the missing permission', () => {
    const denied = aws('AccessDeniedException', 403, 'User is not authorized');

    expect(Kind.fromException(denied).message).toContain(`lambda:${apiName}`);
  });

  it('records its facts as data', () => {
    const error = Kind.fromException(aws('ResourceNotFoundException', 404, 'Unknown.'));
    const recorded = toErrorObject(error);

    expect(recorded).toMatchObject({ ErrorType: kind, ErrorMessage: error.message });
    expect(JSON.parse(recorded.ErrorData ?? '')).toEqual({
      code: 'ResourceNotFoundException',
      httpStatus: 404,
      requestId: 'r-1',
      apiName,
    });
  });

  it('judges what it has wrapped before as it did then', () => {
    const thrown = aws('InvalidParameterValueException', 400, 'Invalid checkpoint token');
    const first = Kind.fromException(thrown);
    const second = Kind.fromException(first);

    expect(second).toMatchObject({ category: INVOCATION, isStaleToken: true });
    expect(second.message).toBe(first.message);
    expect(second.cause).toBe(thrown);
  });

  it('judges what another copy of the package has wrapped as that copy did', async () => {
    jest.resetModules();
    const copy = await import('./checkpoint-error.js');
    const thrown = aws('AccessDeniedException', 403);
    const foreign = copy.CheckpointError.fromException(thrown);

    expect(copy.CheckpointError).not.toBe(CheckpointError);
    expect(isDurableApiError(foreign)).toBe(true);
    expect(Kind.fromException(foreign)).toMatchObject({
      name: kind,
      category: EXECUTION,
      rule: 'access-denied',
      apiName: 'CheckpointDurableExecution',
      cause: thrown,
    });
  });
});

describe('CheckpointError', () => {
  it('keeps the name of the call when the further pages of a response could not be read', () => {
    const unread = GetExecutionStateError.fromException(aws('ServiceException', 500));

    expect(CheckpointError.fromException(unread)).toMatchObject({
      apiName: 'GetDurableExecutionState',
      terminationReason: 'CHECKPOINT_FAILED',
      rule: 'server-error',
    });
  });
});

describe('API_ERROR_RULES', () => {
  it('is proven row by row by the failures above', () => {
    const proven = new Set(failures.map(([, , , rule]) => rule));

    expect([...API_ERROR_RULES.map(({ id }) => id)].sort()).toEqual([...proven].sort());
  });

  it('ends in a row that matches everything', () => {
    expect(API_ERROR_RULES.at(-1)?.matches({ message: '' })).toBe(true);
  });

  it('goes by the same two categories under both their names', () => {
    expect(CheckpointErrorCategory).toBe(DurableApiErrorCategory);
  });
});
