import type { ErrorExplanation } from './verdict.js';

/** An explanation as one line for people. */
export function tellExplanation({ rule, verdict, decision, when, foundIn, ...rest }: ErrorExplanation): string {
  const wait = rest.retryAfterSeconds === undefined ? '' : `, not before ${rest.retryAfterSeconds} s`;
  const bound = rest.maxAttempts === undefined ? '' : `, at most ${rest.maxAttempts} attempts`;
  return `${verdict} by rule ${rule} (${when}), found in ${foundIn}: ${decision ?? 'ask-strategy'}${wait}${bound}`;
}
