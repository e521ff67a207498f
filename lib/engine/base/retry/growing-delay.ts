export interface GrowingDelay {
  initialSeconds: number;
  backoffRate: number;
  maxSeconds: number;
}

/** Seconds after an attempt, from 1. */
export function growingDelay({ initialSeconds, backoffRate, maxSeconds }: GrowingDelay, attempt: number): number {
  // Never infinite, so that no delay stays none.
  const factor = Math.min(backoffRate ** (attempt - 1), Number.MAX_VALUE);
  return Math.min(initialSeconds * factor, maxSeconds);
}
