import { CHECKPOINT_BYTES, CHECKPOINT_UPDATES } from '../../wire/limits.js';
import type { OperationUpdate } from '../../wire/operation.js';
import { exactUpdateBytes } from './update-size.js';

/** An update, and the most bytes that it can take in a request. */
export interface SizedUpdate {
  readonly update: OperationUpdate;
  readonly largestBytes: number;
}

/** Bytes of the request around its updates: the token (at most 2048 characters), the client token and member names. */
const REQUEST_FRAME_BYTES = 2048 + 200;
const COMMA_BYTES = 1;

/**
 * How many updates from the front of the queue form the next request: in order, at most 250 and 750 KiB, and always at
 * least one, because the service decides about an update that alone is too large.
 */
export function nextBatchLength(queue: readonly SizedUpdate[]): number {
  const most = Math.min(queue.length, CHECKPOINT_UPDATES);
  return fitting(queue, most, 'at most') === most ? most : fitting(queue, most, 'exactly');
}

/** Whether so many updates fit into a request, by the most bytes that they can take. */
export function surelyFits(count: number, largestBytes: number): boolean {
  return REQUEST_FRAME_BYTES + largestBytes + count * COMMA_BYTES <= CHECKPOINT_BYTES;
}

/** Whether a request closes its execution; its response then has no further state. */
export function closesExecution(updates: readonly OperationUpdate[]): boolean {
  const last = updates[updates.length - 1];
  return last?.Type === 'EXECUTION' && last.Action !== 'START';
}

function fitting(queue: readonly SizedUpdate[], most: number, sizes: 'at most' | 'exactly'): number {
  let bytes = REQUEST_FRAME_BYTES;
  for (let length = 0; length < most; length += 1) {
    const { update, largestBytes } = queue[length]!;
    bytes += (sizes === 'exactly' ? exactUpdateBytes(update) : largestBytes) + COMMA_BYTES;
    if (bytes > CHECKPOINT_BYTES) return Math.max(length, 1);
  }
  return most;
}
