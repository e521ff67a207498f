/** A length of time, summed from its parts; every part is a number of whole or fractional units, none negative. */
export type Duration =
  | { days: number; hours?: number; minutes?: number; seconds?: number }
  | { hours: number; minutes?: number; seconds?: number }
  | { minutes: number; seconds?: number }
  | { seconds: number };

interface DurationParts {
  days?: number;
  hours?: number;
  minutes?: number;
  seconds?: number;
}

/** The length of a duration in seconds; `NaN` when a part is not a number, so that callers can say what was wrong. */
export function toSeconds(duration: Duration): number {
  const { days = 0, hours = 0, minutes = 0, seconds = 0 } = duration as DurationParts;
  // `Number`, since a text, as configuration often holds, would be appended by the sum.
  return days * 86_400 + hours * 3600 + minutes * 60 + Number(seconds);
}

/** The shortest delay that the service accepts, in seconds. */
const SHORTEST_DELAY_SECONDS = 1;

/**
 * A delay as the service takes it: whole seconds, at least 1, at most `maximum`. Zero, fractions and what is no number
 * would be refused with a permanent 400, which would end the execution for a rounding error (PROTOCOL §5.3, §9).
 */
export function toDelaySeconds(seconds: number, maximum: number): number {
  const whole = Math.ceil(seconds);
  return whole > SHORTEST_DELAY_SECONDS ? Math.min(whole, maximum) : SHORTEST_DELAY_SECONDS;
}
