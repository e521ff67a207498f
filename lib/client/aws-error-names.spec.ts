import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { classifyApiError } from '../wire/classify-api-error.js';

/** The AWS client keeps its lists to itself: they are read from where it is installed, so that an update cannot add to them unseen. */
const source = readFileSync(createRequire(import.meta.url).resolve('@smithy/core/retry'), 'utf8');

function listed(name: string): string[] {
  const [, list = ''] = new RegExp(`const ${name} = \\[([^\\]]*)\\]`).exec(source) ?? [];
  return [...list.matchAll(/"(\w+)"/g)].map(([, code]) => code!);
}

const at = (status: number, name: string) =>
  classifyApiError(Object.assign(new Error('No.'), { name, $metadata: { httpStatusCode: status } }));

describe("the names in the AWS client's own lists", () => {
  it('are all found', () => {
    expect(listed('THROTTLING_ERROR_CODES').length).toBeGreaterThanOrEqual(14);
    expect(listed('TRANSIENT_ERROR_CODES').length).toBeGreaterThanOrEqual(3);
  });

  it.each([400, 403, 409, 502])('are worth repeating at %d', (status) => {
    const names = [...listed('THROTTLING_ERROR_CODES'), ...listed('TRANSIENT_ERROR_CODES')];
    expect(names.filter((name) => at(status, name).category !== 'INVOCATION')).toEqual([]);
    expect(listed('THROTTLING_ERROR_CODES').filter((name) => at(status, name).rule.id !== 'throttled')).toEqual([]);
  });

  it('of a wrong clock are worth repeating where they say nothing else', () => {
    // The others are names of refusals too: there the client decides by the time of the response.
    const ambiguous = ['AccessDeniedException', 'AuthFailure', 'InvalidSignatureException', 'SignatureDoesNotMatch'];
    const names = listed('CLOCK_SKEW_ERROR_CODES').filter((name) => !ambiguous.includes(name));
    expect(names).toEqual(['RequestExpired', 'RequestInTheFuture', 'RequestTimeTooSkewed']);
    expect(names.map((name) => at(403, name).rule.id)).toEqual(['clock', 'clock', 'clock']);
    expect(ambiguous.map((name) => at(403, name).rule.id)).toEqual(Array(4).fill('access-denied'));
  });
});
