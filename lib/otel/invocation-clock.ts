import type { HrTime } from '@opentelemetry/api';

/** As far as the two clocks of a machine may lie apart before the finer one is taken to have stood still, in milliseconds. */
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
    // A sandbox that was frozen comes back with a monotonic clock that is behind.
    this.#startMs = Math.abs(fineMs - wallMs) < DRIFT_MS ? fineMs : wallMs;
  }

  now(): number {
    return this.#startMs + (performance.now() - this.#origin);
  }
}

/** As OpenTelemetry takes times of the past: a plain number below the age of the process would count as its age. */
export function hrTime(epochMs: number): HrTime {
  const seconds = Math.floor(epochMs / 1000);
  return [seconds, Math.min(Math.round((epochMs - seconds * 1000) * 1e6), 999_999_999)];
}
