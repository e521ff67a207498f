import { asRecord } from '../../wire/thrown.js';
import { keptOf, restoreKept } from '../errors/kept-error.js';
import { readKept, writeKept } from '../errors/kept-text.js';
import type { Serdes } from './serdes.js';

type Settled = PromiseSettledResult<unknown>;

/**
 * Keeps the errors in what `Promise.allSettled` resolves to, as `{ message, name, stack }`, those of registered classes with
 * their members; all else is JSON.
 */
export const settledSerdes: Serdes<Settled[]> = {
  serialize: (results) => Promise.resolve(JSON.stringify(results?.map(withPlainReason))),
  deserialize: (text) =>
    Promise.resolve(text === undefined ? undefined : (JSON.parse(text) as Settled[]).map(withErrorAsReason)),
};

function withPlainReason(result: Settled): Settled {
  if (result.status === 'fulfilled' || !(result.reason instanceof Error)) return result;
  const { message, name, stack } = result.reason;
  const kept = keptOf(result.reason, undefined);
  return { status: result.status, reason: { message, name, stack, ...(kept && { errorData: writeKept(kept) }) } };
}

function withErrorAsReason(result: Settled): Settled {
  if (result.status === 'fulfilled') return result;
  const { message, name, stack, errorData } = asRecord(result.reason);
  if (typeof message !== 'string' || typeof name !== 'string') return result;
  const kept = readKept(typeof errorData === 'string' ? errorData : undefined);
  if (kept) return { status: result.status, reason: Object.assign(restoreKept(kept, true), { stack }) };
  return { status: result.status, reason: Object.assign(new Error(message), { name, stack }) };
}
