const FIRST_MS = 250;
const GROWTH = 1.5;

/** The maximum delay: an account has 30 requests per second for everything that waits. */
const MAX_POLL_MS = 30_000;

/**
 * The delays between two requests for an execution, in milliseconds. They grow, and each is between a half and the
 * whole of the current maximum, so that callers that started to wait together do not poll together.
 */
export function* lookPauses(given?: number | null, random: () => number = Math.random): Generator<number, never> {
  const maxPollMs = given ?? MAX_POLL_MS;
  if (!(maxPollMs > 0)) throw new RangeError(`maxPollMs must be a number above 0, and is ${maxPollMs}.`);
  for (let pollMs = Math.min(FIRST_MS, maxPollMs); ; pollMs = Math.min(pollMs * GROWTH, maxPollMs)) {
    yield (pollMs * (1 + random())) / 2;
  }
}
