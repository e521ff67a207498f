import type { BatchResult } from 'nestjs-durable-execution/engine';

/** Selects the required facts of how a batch ended. */
export function projectionOf<K extends keyof BatchResult<unknown>>(
  batch: BatchResult<unknown>,
  keys: readonly K[],
): Pick<BatchResult<unknown>, K> {
  return Object.fromEntries(keys.map((key) => [key, batch[key]])) as Pick<BatchResult<unknown>, K>;
}

export const COUNTS = ['completionReason', 'successCount', 'failureCount', 'totalCount'] as const;

/** Work that ends well with a text, and work that does not. */
export const succeed = (text: string) => async (): Promise<string> => text;

export const fail = async (): Promise<never> => {
  throw new Error('This one fails.');
};
