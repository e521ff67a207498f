import { asRecord, memberOf } from '../../../wire/thrown.js';
import { keptOf, restoreKept } from '../errors/kept-error.js';
import { readKept, writeKept } from '../errors/kept-text.js';
import { readThrownValue } from '../errors/thrown-value.js';
import { toJson } from './json.js';
import type { Serdes } from './serdes.js';

type Settled = PromiseSettledResult<unknown>;

/**
 * Keeps the errors in what `Promise.allSettled` resolves to, as `{ message, name, stack }`, those of registered classes with
 * their members; all else is JSON.
 */
export const settledSerdes: Serdes<Settled[]> = {
  serialize: async (results) => toJson(results?.map(withPlainReason)),
  deserialize: async (text) =>
    text === undefined ? undefined : (JSON.parse(text) as Settled[]).map(withErrorAsReason),
};

function withPlainReason(result: Settled): Settled {
  return result.status === 'fulfilled' ? result : { status: result.status, reason: plainReason(result.reason) };
}

function plainReason(reason: unknown): unknown {
  const name = memberOf(reason, 'name');
  const message = memberOf(reason, 'message');
  if (typeof name !== 'string' || typeof message !== 'string') {
    return isJson(reason) ? reason : { message: readThrownValue(reason).message, name: 'Error' };
  }
  const kept = keptOf(reason, undefined);
  return { message, name, stack: stackOf(reason), ...(kept && { errorData: writeKept(kept) }) };
}

function stackOf(error: unknown): string | undefined {
  const stack = memberOf(error, 'stack');
  return typeof stack === 'string' ? stack : undefined;
}

/** A reason that JSON cannot hold, or that cannot be read at all, must not lose what the others came to. */
function isJson(reason: unknown): boolean {
  try {
    toJson(reason);
    return true;
  } catch {
    return false;
  }
}

function withErrorAsReason(result: Settled): Settled {
  if (result.status === 'fulfilled') return result;
  const { message, name, stack, errorData } = asRecord(result.reason);
  if (typeof message !== 'string' || typeof name !== 'string') return result;
  const kept = readKept(typeof errorData === 'string' ? errorData : undefined);
  if (kept) return { status: result.status, reason: Object.assign(restoreKept(kept, true), { stack }) };
  return { status: result.status, reason: Object.assign(new Error(message), { name, stack }) };
}
