import type { OperationView } from './operation-view.js';
import type { Journal } from './journal.js';

/** A point at which a test stops an execution. */
export type RunPoint =
  /** No code runs: the execution waits for time or for other systems. */
  | { suspended: true }
  /** An operation of this name has started, or has completed. */
  | { step: string; is?: 'started' | 'ended' }
  /** A callback of this name can be completed. */
  | { callback: string };

export interface Point {
  isReached: () => boolean;
  description: string;
}

export function pointOf(point: RunPoint, journal: Journal, run: { operations: readonly OperationView[] }): Point {
  if ('suspended' in point) return { isReached: () => journal.isSuspended, description: 'the execution is suspended' };
  if ('callback' in point) {
    const { callback } = point;
    return {
      isReached: () => journal.openCallbacks().some(({ name }) => name === callback),
      description: `the callback ${JSON.stringify(callback)} is open`,
    };
  }
  const { step, is = 'started' } = point;
  if (typeof step !== 'string')
    throw new TypeError("until() needs a point: { suspended: true }, { step: 'name' } or { callback: 'name' }.");
  const isThere = ({ name, hasEnded }: OperationView) => name === step && (is === 'started' || hasEnded);
  return { isReached: () => run.operations.some(isThere), description: `${JSON.stringify(step)} has ${is}` };
}
