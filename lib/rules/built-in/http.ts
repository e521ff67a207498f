import type { BuiltInRule } from '../built-in-rule.js';
import type { ErrorLink } from '../error-link.js';
import { readPath } from '../error-link.js';
import { headerOf, statusOf } from '../http-facts.js';

const TRANSIENT = [423, 425, 429, 503, 529];
const QUOTA_REASONS = ['rateLimitExceeded', 'userRateLimitExceeded'];

/** Refused before anything took effect. */
export function isTransientStatus(status: number): boolean {
  return TRANSIENT.includes(status);
}

/** Whether the other side may have acted all the same. 501 and 505 say that it cannot. */
export function isUnansweredStatus(status: number): boolean {
  return status === 408 || (status >= 500 && status !== 501 && status !== 505 && !isTransientStatus(status));
}

/** The status of an HTTP response, from any library. */
export const httpRules: readonly BuiltInRule[] = [
  {
    id: 'http-try-later',
    verdict: 'transient',
    when: 'HTTP 423, 425, 429, 503, 529; Retry-After is obeyed',
    matches: (error) => hasStatus(error, isTransientStatus),
  },
  {
    id: 'http-quota',
    verdict: 'transient',
    when: 'HTTP 403 that means a quota: `x-ratelimit-remaining: 0`, Retry-After, or the reason rateLimitExceeded',
    matches: (error) => hasStatus(error, (status) => status === 403) && isQuota(error),
  },
  {
    id: 'http-conflict',
    verdict: 'permanent',
    when: 'HTTP 409 and 412: read again what has changed, in a step before',
    matches: (error) => hasStatus(error, (status) => status === 409 || status === 412),
  },
  {
    id: 'http-unanswered',
    verdict: 'ambiguous',
    when: 'HTTP 408, 500, 502, 504, 520 to 524 and other 5xx; transient where the method is known as GET, HEAD, PUT or DELETE',
    matches: (error) => hasStatus(error, isUnansweredStatus),
  },
  {
    id: 'http-refused',
    verdict: 'permanent',
    when: 'Any other HTTP 3xx and 4xx, 501 and 505',
    matches: (error) => hasStatus(error, (status) => status >= 300),
  },
];

function hasStatus(error: ErrorLink, test: (status: number) => boolean): boolean {
  const status = statusOf(error);
  return status !== undefined && test(status);
}

function isQuota(error: ErrorLink): boolean {
  return (
    headerOf(error, 'x-ratelimit-remaining') === '0' ||
    headerOf(error, 'retry-after') !== undefined ||
    QUOTA_REASONS.includes(String(readPath(error.list('errors')[0], 'reason'))) ||
    /rate limit exceeded/i.test(error.message)
  );
}
