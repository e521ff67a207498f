import type { HrTime } from '@opentelemetry/api';

/**
 * The largest difference in milliseconds between the two clocks of a machine. Above it, the finer clock is assumed to
 * have stood still.
 */
const DRIFT_MS = 2;

/**
 * The time of one invocation: the wall clock at its start, advanced by the monotonic clock, so that no span ends before it
 * started. In epoch milliseconds, with fractions.
 */
export class InvocationClock {
  readonly #startMs: number;
  readonly #origin = performance.now();

  constructor() {
    const fineMs = performance.timeOrigin + this.#origin;
    const wallMs = Date.now();
    // After a sandbox was frozen, its monotonic clock is behind.
    this.#startMs = Math.abs(fineMs - wallMs) < DRIFT_MS ? fineMs : wallMs;
  }

  now(): number {
    return this.#startMs + (performance.now() - this.#origin);
  }
}

/** OpenTelemetry's form of a past time: a plain number below the age of the process would count as its age. */
export function hrTime(epochMs: number): HrTime {
  const seconds = Math.floor(epochMs / 1000);
  return [seconds, Math.min(Math.round((epochMs - seconds * 1000) * 1e6), 999_999_999)];
}
