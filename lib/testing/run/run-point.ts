import { asRecord } from '../../wire/thrown.js';
import type { OperationView } from './operation-view.js';

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

/** What the points of an execution are found in. */
export interface PointSource {
  readonly run: { readonly isSuspended: boolean; operationsNamed(name: string): readonly OperationView[] };
  hasOpenCallback(name: string): boolean;
}

/** @throws {TypeError} when it is none: the test would wait for nothing */
export function pointOf(point: RunPoint, { run, hasOpenCallback }: PointSource): Point {
  const { suspended, step, is = 'started', callback, ...unknown } = asRecord(point);
  const named = [suspended, step, callback, ...Object.keys(unknown)].filter((member) => member !== undefined);
  if (named.length !== 1) throw noPoint();
  if (suspended === true) return { isReached: () => run.isSuspended, description: 'the execution is suspended' };
  if (typeof callback === 'string') {
    return {
      isReached: () => hasOpenCallback(callback),
      description: `the callback ${JSON.stringify(callback)} is open`,
    };
  }
  if (typeof step !== 'string' || (is !== 'started' && is !== 'ended')) throw noPoint();
  const isThere = ({ hasEnded }: OperationView) => is === 'started' || hasEnded;
  return { isReached: () => run.operationsNamed(step).some(isThere), description: `${JSON.stringify(step)} has ${is}` };
}

function noPoint(): TypeError {
  return new TypeError(
    "until() needs a point: { suspended: true }, { step: 'name' }, { step: 'name', is: 'ended' } or { callback: 'name' }.",
  );
}
