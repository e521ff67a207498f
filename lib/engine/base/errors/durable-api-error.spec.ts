import { createContext, runInContext } from 'node:vm';
import { jest } from '@jest/globals';
import { LambdaDeadlineError } from '../../invocation/deadline/awaited-call.js';
import { CheckpointError } from './checkpoint-error.js';
import { API_ERROR_RULES } from '../../../wire/classify-api-error.js';
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

const THROTTLING = [
  'BandwidthLimitExceeded',
  'EC2ThrottledException',
  'LimitExceededException',
  'PriorRequestNotComplete',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestThrottledException',
  'SlowDown',
  'ThrottledException',
  'Throttling',
  'TransactionInProgressException',
];
const TRANSIENT = ['RequestTimeout', 'RequestTimeoutException', 'TimeoutError'];

type Failure = [what: string, thrown: unknown, category: DurableApiErrorCategory, rule: string];

/** The connection breaks after the status of a response, as the AWS client reports it. */
function cutOff(statusCode: number): Error {
  return Object.assign(new Error('aborted'), { code: 'ECONNRESET', $response: { statusCode, headers: {} } });
}

/** The service's model has the trait on this error. */
function marked($retryable: object): Error {
  return Object.assign(aws('OddException', 400), { $retryable });
}

/** Every failure that the table must classify: the thrown error, its scope, and the row that decides. */
const failures: Failure[] = [
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
  ...THROTTLING.map((name): Failure => [`${name} at 400`, aws(name, 400), INVOCATION, 'throttled']),
  ['a throttling name at 403', aws('RequestThrottlingException', 403), INVOCATION, 'throttled'],
  ['a throttling name at 502', aws('SlowDown', 502), INVOCATION, 'throttled'],
  ['what the AWS client marks as throttled', marked({ throttling: true }), INVOCATION, 'throttled'],
  ['what the AWS client marks as worth repeating', marked({}), INVOCATION, 'server-error'],
  ...TRANSIENT.map((name): Failure => [`${name} at 400`, aws(name, 400), INVOCATION, 'cut-off']),
  ['408 by status', aws('Unknown', 408), INVOCATION, 'cut-off'],
  ['425 by status', aws('Unknown', 425), INVOCATION, 'cut-off'],
  ['425 by name', aws('TooEarly', 400), INVOCATION, 'cut-off'],
  ['the body of a refusal that is cut off', cutOff(403), INVOCATION, 'cut-off'],
  ['a call that Lambda leaves no time for', new LambdaDeadlineError('page 2', 900), INVOCATION, 'out-of-time'],
  ['ExpiredToken', aws('ExpiredToken', 400), INVOCATION, 'expired-credentials'],
  ['ExpiredTokenException', aws('ExpiredTokenException', 403), INVOCATION, 'expired-credentials'],
  ['RequestExpired', aws('RequestExpired', 400), INVOCATION, 'clock'],
  ['RequestTimeTooSkewed', aws('RequestTimeTooSkewed', 403), INVOCATION, 'clock'],
  ['RequestInTheFuture', aws('RequestInTheFuture', 403), INVOCATION, 'clock'],
  ['a signature that came late', aws('InvalidSignatureException', 403, 'Signature expired: …'), INVOCATION, 'clock'],
  ['a signature that is wrong', aws('InvalidSignatureException', 403), EXECUTION, 'access-denied'],
  ['a signature that does not match', aws('SignatureDoesNotMatch', 403), EXECUTION, 'access-denied'],
  ['a token that nobody knows', aws('UnrecognizedClientException', 403), EXECUTION, 'access-denied'],
  ['402', aws('ServiceQuotaExceededException', 402), EXECUTION, 'rejected'],
  ['an internal error at 400', aws('InternalError', 400), INVOCATION, 'server-error'],
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
    'clock',
  ],
  [
    'a refusal of another reason by which a clock was corrected',
    Object.assign(aws('InvalidParameterValueException', 400), {
      $metadata: { httpStatusCode: 400, clockSkewCorrected: true },
    }),
    EXECUTION,
    'rejected',
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
        'It is the key that DurableConfig.KMSKeyArn named when the execution was started; GetDurableExecution tells it. ' +
        'The key must exist, be enabled and not be due for deletion. Its policy must allow kms:GenerateDataKey and ' +
        'kms:Decrypt to the service principal lambda.amazonaws.com, and kms:Decrypt to the execution role of the function. ' +
        'This execution has failed and cannot be revived: start a new execution then.',
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

describe('codes of the function itself', () => {
  const codes = { transient: ['AccessDeniedException', 'KMSDisabledException'], permanent: ['SlowDown', 'ECONNRESET'] };
  const judged = (thrown: unknown) => CheckpointError.fromException(thrown, codes);

  it.each<Failure>([
    ['a refusal', aws('AccessDeniedException', 403), INVOCATION, 'configured-transient'],
    ['a key', aws('KMSDisabledException', 502), INVOCATION, 'configured-transient'],
    ['throttling', aws('SlowDown', 503), EXECUTION, 'configured-permanent'],
    ['a socket', socket('ECONNRESET', 'read'), EXECUTION, 'configured-permanent'],
    ['what is not listed', aws('ValidationException', 400), EXECUTION, 'rejected'],
  ])('decide about %s', (_, thrown, category, rule) => {
    expect(judged(thrown)).toMatchObject({ category, rule });
  });

  it('decide neither about a client that states its scope nor about a spent token', () => {
    const declared = Object.assign(aws('SlowDown', 400), { isDurableExecutionClientError: true, scope: 'INVOCATION' });
    const spent = aws('InvalidParameterValueException', 400, 'Invalid checkpoint token');
    expect(judged(declared)).toMatchObject({ rule: 'declared-invocation' });
    expect(CheckpointError.fromException(spent, { permanent: ['InvalidParameterValueException'] })).toMatchObject({
      category: INVOCATION,
      isStaleToken: true,
    });
  });
});

describe('API_ERROR_RULES', () => {
  it('is proven row by row by the failures above', () => {
    const proven = new Set([...failures.map(([, , , rule]) => rule), 'configured-transient', 'configured-permanent']);

    expect([...API_ERROR_RULES.map(({ id }) => id)].sort()).toEqual([...proven].sort());
  });

  it('ends in a row that matches everything', () => {
    expect(API_ERROR_RULES.at(-1)?.matches({ message: '' }, {})).toBe(true);
  });

  it('says of every permanent failure that the execution is lost', () => {
    const remedies = API_ERROR_RULES.filter(({ category }) => category === EXECUTION).map(({ remedy }) => remedy);
    expect(remedies.filter((remedy) => !remedy.endsWith('cannot be revived: start a new execution then.'))).toEqual([]);
  });

  it('goes by the same two categories under both their names', () => {
    expect(CheckpointErrorCategory).toBe(DurableApiErrorCategory);
  });
});
