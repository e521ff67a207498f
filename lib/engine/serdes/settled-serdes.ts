import { asRecord } from '../../wire/thrown.js';
import type { Serdes } from './serdes.js';

type Settled = PromiseSettledResult<unknown>;

/** Keeps the errors in what `Promise.allSettled` resolves to, as `{ message, name, stack }`; all else is JSON. */
export const settledSerdes: Serdes<Settled[]> = {
  serialize: (results) => Promise.resolve(JSON.stringify(results?.map(withPlainReason))),
  deserialize: (text) =>
    Promise.resolve(text === undefined ? undefined : (JSON.parse(text) as Settled[]).map(withErrorAsReason)),
};

function withPlainReason(result: Settled): Settled {
  if (result.status === 'fulfilled' || !(result.reason instanceof Error)) return result;
  const { message, name, stack } = result.reason;
  return { status: result.status, reason: { message, name, stack } };
}

function withErrorAsReason(result: Settled): Settled {
  if (result.status === 'fulfilled') return result;
  const { message, name, stack } = asRecord(result.reason);
  if (typeof message !== 'string' || typeof name !== 'string') return result;
  return { status: result.status, reason: Object.assign(new Error(message), { name, stack }) };
}
