const FIRST_MS = 250;
const GROWTH = 1.5;

/** What the pauses grow to: an account has 30 looks a second for everything that waits. */
const MAX_POLL_MS = 30_000;

/**
 * The pauses between the looks at an execution, in milliseconds: growing, and each between a half and the whole of what it
 * has grown to, so that those who began to wait together do not look together.
 */
export function* lookPauses(maxPollMs = MAX_POLL_MS, random: () => number = Math.random): Generator<number, never> {
  for (let pollMs = Math.min(FIRST_MS, maxPollMs); ; pollMs = Math.min(pollMs * GROWTH, maxPollMs)) {
    yield (pollMs * (1 + random())) / 2;
  }
}
