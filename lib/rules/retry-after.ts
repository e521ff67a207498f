import type { ErrorLink } from './error-link.js';
import { headerOf } from './http-facts.js';

/** Longest time that the other side may ask for, in seconds: waiting costs nothing, but a wrong date must not park a step. */
export const MAX_RETRY_AFTER_SECONDS = 86_400;

/** Epoch milliseconds, asked for only where a date has to be compared with them. */
export type Now = () => number;

/**
 * How long the other side asks to be left alone, in seconds; the first link that says so counts.
 *
 * @param now - the moment against which dates are read
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
    // Slack; what an author gave an HttpException of Nest, whose own options have no place for it.
    link.number('retryAfter') ??
    link.number('response.retryAfter') ??
    fromReset(link, now)
  );
}

function fromRetryAfter(text: string | undefined, now: Now): number | undefined {
  if (text === undefined) return undefined;
  const seconds = scaled(text, 1);
  if (seconds !== undefined) return seconds;
  // Without a time of day it is no date of HTTP; `Date.parse` makes one of almost any number.
  const dateMs = text.includes(':') ? Date.parse(text) : NaN;
  return Number.isNaN(dateMs) ? undefined : Math.max(0, Math.ceil((dateMs - now()) / 1000));
}

/** GitHub and SendGrid name the second of the epoch at which the quota is full again. */
function fromReset(link: ErrorLink, now: Now): number | undefined {
  if (headerOf(link, 'x-ratelimit-remaining') !== '0') return undefined;
  const resetSeconds = scaled(headerOf(link, 'x-ratelimit-reset'), 1);
  return resetSeconds === undefined ? undefined : Math.max(0, Math.ceil(resetSeconds - now() / 1000));
}

function scaled(text: string | undefined, divisor: number): number | undefined {
  if (text === undefined || !/^\d+(\.\d+)?$/.test(text.trim())) return undefined;
  return Number(text) / divisor;
}
