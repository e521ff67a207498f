import type { ErrorLink } from './error-link.js';
import { headerOf } from './http-facts.js';

/**
 * The longest time that the other side may request, in seconds: waiting costs nothing, but a wrong date must not park a
 * step.
 */
const MAX_RETRY_AFTER_SECONDS = 86_400;

/** Returns epoch milliseconds; called only if a date must be compared with them. */
export type Now = () => number;

/**
 * The delay that the other side requests, in seconds; the first link that has one counts.
 *
 * @param now - the time against which dates are read
 */
export function retryAfterSecondsOf(chain: readonly ErrorLink[], now: Now): number | undefined {
  for (const link of chain) {
    const seconds = secondsOf(link, now);
    if (seconds !== undefined && seconds >= 0) return Math.min(seconds, MAX_RETRY_AFTER_SECONDS);
  }
  return undefined;
}

function secondsOf(link: ErrorLink, now: Now): number | undefined {
  return (
    scaled(headerOf(link, 'retry-after-ms'), 1000) ??
    fromRetryAfter(headerOf(link, 'retry-after'), now) ??
    // Slack; or an HttpException of Nest to which the application has added it.
    link.number('retryAfter') ??
    link.number('response.retryAfter') ??
    fromReset(link, now)
  );
}

function fromRetryAfter(text: string | undefined, now: Now): number | undefined {
  if (text === undefined) return undefined;
  const seconds = scaled(text, 1);
  if (seconds !== undefined) return seconds;
  // Without a time of day it is not an HTTP date; `Date.parse` accepts almost any number.
  const dateMs = text.includes(':') ? Date.parse(text) : NaN;
  return Number.isNaN(dateMs) ? undefined : Math.max(0, Math.ceil((dateMs - now()) / 1000));
}

/** GitHub and SendGrid send the epoch second at which the quota is full again. */
function fromReset(link: ErrorLink, now: Now): number | undefined {
  if (headerOf(link, 'x-ratelimit-remaining') !== '0') return undefined;
  const resetSeconds = scaled(headerOf(link, 'x-ratelimit-reset'), 1);
  return resetSeconds === undefined ? undefined : Math.max(0, Math.ceil(resetSeconds - now() / 1000));
}

function scaled(text: string | undefined, divisor: number): number | undefined {
  if (text === undefined || !/^\d+(\.\d+)?$/.test(text.trim())) return undefined;
  return Number(text) / divisor;
}
