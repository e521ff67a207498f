import { explain } from './explain.js';

const nowMs = Date.parse('2026-01-01T00:00:00Z');
const asked = (error: object) => explain(error, { nowMs }).retryAfterSeconds;
const answer = (headers: unknown) => ({ status: 429, response: { status: 429, headers } });

describe('how long the other side asks to be left alone', () => {
  it.each([
    ['seconds', answer({ 'retry-after': '7' }), 7],
    ['a number', answer({ 'retry-after': 7 }), 7],
    ['any case of letters', answer({ 'Retry-After': '7' }), 7],
    ['a Headers object', answer(new Headers({ 'Retry-After': '7' })), 7],
    ['a list', answer({ 'retry-after': ['7'] }), 7],
    ['a date', answer({ 'retry-after': 'Thu, 01 Jan 2026 00:01:30 GMT' }), 90],
    ['a date that has passed', answer({ 'retry-after': 'Wed, 31 Dec 2025 00:00:00 GMT' }), 0],
    ['milliseconds before seconds', answer({ 'retry-after-ms': '1500', 'retry-after': '9' }), 1.5],
    ['the headers of the error itself', { status: 429, headers: new Headers({ 'retry-after': '7' }) }, 7],
    ['the AI SDK', { name: 'AI_APICallError', isRetryable: true, responseHeaders: { 'retry-after': '7' } }, 7],
    ['Elasticsearch', { meta: { statusCode: 429, headers: { 'retry-after': '7' } } }, 7],
    ['AWS', { $metadata: {}, name: 'SlowDown', $response: { headers: { 'retry-after': '7' } } }, 7],
    ['Slack', { code: 'slack_webapi_rate_limited_error', retryAfter: 8 }, 8],
    ['the author of an HttpException', { status: 429, response: { retryAfter: 9 } }, 9],
    [
      'the second at which a quota is full again',
      answer({ 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': `${nowMs / 1000 + 60}` }),
      60,
    ],
    ['what is wrapped', new Error('busy', { cause: answer({ 'retry-after': '7' }) }), 7],
    ['at most a day', answer({ 'retry-after': '999999999' }), 86_400],
  ])('reads %s', (_, error, seconds) => {
    expect(asked(error)).toBe(seconds);
  });

  it.each([['nothing'], ['soon'], ['-5'], ['']])('reads nothing from %p', (text) => {
    expect(asked(answer({ 'retry-after': text === 'nothing' ? undefined : text }))).toBeUndefined();
  });

  it('does not wait for what is permanent', () => {
    expect(asked({ status: 400, headers: { 'retry-after': '7' } })).toBeUndefined();
  });

  it('reads past headers that throw', () => {
    const headers = {
      get: () => {
        throw new Error('closed');
      },
    };
    expect(asked(answer(headers))).toBeUndefined();
  });
});
