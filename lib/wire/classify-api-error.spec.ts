import {
  API_ERROR_RULES,
  type ApiErrorClassification,
  classifyApiError,
  isWorthRepeating,
} from './classify-api-error.js';

/** An error as the AWS client throws it. */
function awsError(name: string, httpStatusCode: number, message = name): Error {
  return Object.assign(new Error(message), { name, $metadata: { httpStatusCode } });
}

const ruleOf = (error: unknown): string => classifyApiError(error).rule.id;

describe('classifyApiError', () => {
  it.each<[code: string, message: string, rule: string]>([
    ['InvalidParameterValueException', 'Invalid checkpoint token: spent', 'stale-token'],
    ['InvalidParameterValueException', 'INVALID CHECKPOINT TOKEN', 'stale-token'],
    ['InvalidParameterValueException', 'The Invalid checkpoint token', 'rejected'],
    ['ValidationException', 'Invalid checkpoint token', 'rejected'],
  ])('tells a spent token by its code and its message: %s, %s', (code, message, rule) => {
    expect(ruleOf(awsError(code, 400, message))).toBe(rule);
  });

  it.each<[where: string, error: unknown]>([
    ['the name', Object.assign(new Error(), { name: 'Busy' })],
    ['the code', Object.assign(new Error(), { code: 'Busy' })],
    ['the code beside another name', Object.assign(new Error(), { name: 'GatewayError', code: 'Busy' })],
    ['the code beside a known name', Object.assign(new Error(), { name: 'TimeoutError', code: 'Busy' })],
    ['Code', Object.assign(new Error(), { Code: 'Busy' })],
    ['__type', { __type: 'gateway#Busy' }],
    ['a header', Object.assign(new Error(), { $response: { headers: { 'x-amzn-errortype': 'Busy:http://x' } } })],
    ['a cause', new Error('failed', { cause: Object.assign(new Error(), { name: 'Busy' }) })],
  ])('finds a configured code in %s, as it finds a known one', (_where, error) => {
    expect(classifyApiError(error, { permanent: ['Busy'] }).rule.id).toBe('configured-permanent');
    expect(classifyApiError(error, { transient: ['Busy'] }).rule.id).toBe('configured-transient');
  });

  it('judges an error without a code by no list of codes', () => {
    const { rule } = classifyApiError(Object.assign(new Error(), { name: undefined }), { permanent: ['Error'] });
    expect(rule.id).toBe('unanswered');
  });

  it.each(API_ERROR_RULES.map((rule) => [rule.id, rule] as const))('tells why and what to do: %s', (_id, rule) => {
    for (const sentence of [rule.why, rule.remedy]) expect(sentence).toMatch(/^[A-Z].{20,}\.$/);
  });
});

describe('isWorthRepeating', () => {
  it.each<[what: string, error: Error, isWorth: boolean]>([
    ['what may pass', awsError('ServiceException', 500), true],
    ['what is permanent', awsError('KMSDisabledException', 502), false],
    ['a spent token', awsError('InvalidParameterValueException', 400, 'Invalid checkpoint token'), false],
  ])('answers for %s', (_what, error, isWorth) => {
    const classification: ApiErrorClassification = classifyApiError(error);
    expect(isWorthRepeating(classification)).toBe(isWorth);
  });
});
