import {
  ERROR_CODES,
  KMS_KEY_REMEDY,
  LAMBDA_DEADLINE_CODE,
  isClockFailure,
  isExpiredCredentialsCode,
  isPassingCode,
  isServerCode,
  isStaleTokenMessage,
  isThrottlingCode,
  KMS_ERROR_CODES,
} from './error-codes.js';

type Judge = (code: string | undefined) => boolean;

const judges: Array<[what: string, judge: Judge, codes: string[]]> = [
  [
    'throttling',
    isThrottlingCode,
    [
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
      'ThrottlingException',
      'TooManyRequestsException',
      'TransactionInProgressException',
    ],
  ],
  [
    'cut off on its way',
    isPassingCode,
    [
      'ECONNRESET',
      'EPIPE',
      'ETIMEDOUT',
      'IDPCommunicationError',
      'RequestTimeout',
      'RequestTimeoutException',
      'TimeoutError',
      'TooEarly',
    ],
  ],
  [
    "the service's own failure",
    isServerCode,
    ['InternalError', 'InternalFailure', 'ServiceUnavailable', 'ServiceUnavailableException'],
  ],
  ['expired credentials', isExpiredCredentialsCode, ['ExpiredToken', 'ExpiredTokenException']],
  [
    'a clock that is off',
    (code) => isClockFailure(code, ''),
    ['RequestExpired', 'RequestInTheFuture', 'RequestTimeTooSkewed'],
  ],
  [
    'a key that cannot be used',
    (code) => KMS_ERROR_CODES.has(code),
    ['KMSAccessDeniedException', 'KMSDisabledException', 'KMSInvalidStateException', 'KMSNotFoundException'],
  ],
];
const all = judges.flatMap(([, , codes]) => codes);

describe.each(judges)('of codes, %s', (_what, judge, codes) => {
  it.each(codes)('is %s', (code) => expect(judge(code)).toBe(true));

  it('is no other', () => {
    const others = all.filter((code) => !codes.includes(code));
    for (const code of [...others, undefined, '', 'Error']) expect(judge(code)).toBe(false);
  });

  it('is none that has it in the middle', () => {
    for (const code of codes) expect(judge(`My${code}`)).toBe(false);
  });
});

describe('of messages', () => {
  it.each([
    ['Signature expired: 20261128', true],
    ['Signature not yet current: 20261128', true],
    ['The Signature expired', false],
    ['Signature does not match', false],
  ])('a clock that is off: %s', (message, isIt) => expect(isClockFailure('InvalidSignature', message)).toBe(isIt));

  it.each([
    ['Invalid checkpoint token', true],
    ['invalid Checkpoint Token: spent', true],
    ['An invalid checkpoint token', false],
    ['', false],
  ])('a spent token: %s', (message, isIt) => expect(isStaleTokenMessage(message)).toBe(isIt));
});

describe('of the durable API', () => {
  const kms = ['KMSAccessDeniedException', 'KMSDisabledException', 'KMSInvalidStateException', 'KMSNotFoundException'];

  it('are those that its reference lists (docs/protocol.md#transport-and-errors)', () => {
    expect(ERROR_CODES).toEqual([
      ...kms,
      'CallbackTimeoutException',
      'DurableExecutionAlreadyStartedException',
      'InvalidParameterValueException',
      'ResourceNotFoundException',
      'ServiceException',
      'TooManyRequestsException',
      'ValidationException',
    ]);
    expect([...KMS_ERROR_CODES]).toEqual(kms);
  });

  it('have one beside them for calls that Lambda would have cut off', () => {
    expect(LAMBDA_DEADLINE_CODE).toBe('LambdaDeadlineError');
  });

  it.each(['DurableConfig.KMSKeyArn', 'enabled', 'kms:GenerateDataKey', 'lambda.amazonaws.com', 'execution role'])(
    'about a key have a remedy that names %s',
    (what) => expect(KMS_KEY_REMEDY).toContain(what),
  );
});
