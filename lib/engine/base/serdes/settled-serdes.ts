import { asRecord, memberOf } from '../../../wire/thrown.js';
import type { ErrorKnowledge } from '../errors/error-knowledge.js';
import { toErrorObject } from '../errors/error-object.js';
import { codecOf } from '../errors/error-codec.js';
import { keptOf, redactedData, restoreKept } from '../errors/kept-error.js';
import { readKept, writeKept } from '../errors/kept-text.js';
import type { PlainData } from '../errors/plain-data.js';
import { readThrownValue } from '../errors/thrown-value.js';
import { toJson } from './json.js';
import type { Serdes } from './serdes.js';

type Settled = PromiseSettledResult<unknown>;

/**
 * Keeps the errors in what `Promise.allSettled` resolves to, as `{ message, name, stack }`, those of registered classes with their
 * members; all else is JSON. The official SDK records the stack as well. Where errors are judged it is left out: it shows paths of
 * files, and repeats a message of which parts may be recorded nowhere.
 *
 * @param knowledge - what is known of the errors of other libraries, asked when there is an error
 */
export function settledSerdes(
  knowledge: () => ErrorKnowledge | undefined | Promise<ErrorKnowledge>,
): Serdes<Settled[]> {
  return {
    async serialize(results) {
      const hasFailed = results?.some(({ status }) => status === 'rejected') ?? false;
      const known = hasFailed ? await knowledge() : undefined;
      return toJson(results?.map((result) => withPlainReason(result, known)));
    },
    deserialize: async (text) =>
      text === undefined ? undefined : (JSON.parse(text) as Settled[]).map(withErrorAsReason),
  };
}

function withPlainReason(result: Settled, known: ErrorKnowledge | undefined): Settled {
  return result.status === 'fulfilled' ? result : { status: result.status, reason: plainReason(result.reason, known) };
}

function plainReason(reason: unknown, known: ErrorKnowledge | undefined): unknown {
  const name = memberOf(reason, 'name');
  if (typeof name !== 'string' || typeof memberOf(reason, 'message') !== 'string') {
    const plain = isJson(reason) ? reason : { message: readThrownValue(reason).message, name: 'Error' };
    return known?.redact ? redactedValue(plain, (text) => known.redact!(text)) : plain;
  }
  const kept = codecOf(reason) && keptOf(reason, known);
  const { ErrorMessage: message } = toErrorObject(reason, known);
  return { message, name, ...(!known && { stack: stackOf(reason) }), ...(kept && { errorData: writeKept(kept) }) };
}

function stackOf(error: unknown): string | undefined {
  const stack = memberOf(error, 'stack');
  return typeof stack === 'string' ? stack : undefined;
}

function redactedValue(value: unknown, redact: (text: string) => string): unknown {
  const json = toJson(value);
  return json === undefined ? value : redactedData(JSON.parse(json) as PlainData, redact);
}

/** A reason that JSON cannot hold, or that cannot be read, must not lose the other results. */
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
  const reason = kept ? restoreKept(kept, true) : Object.assign(new Error(message), { name });
  return { status: result.status, reason: typeof stack === 'string' ? Object.assign(reason, { stack }) : reason };
}
