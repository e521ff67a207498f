import { decode, encode, type Encoded } from '../base/serdes/conversion.js';
import type { AnySerdes, AnySerdesDeserializer } from '../base/serdes/serdes.js';
import { runInFrame } from '../context/call-frame.js';
import type { OperationScope } from '../scope.js';

/*
 * Functions of the user that only answer the engine. A durable operation that one calls is refused at once: a replay
 * does not ask again, so the positions of all later operations would differ.
 */

/** Runs such a function. @param name - of it in the configuration */
export function inAskedFrame<T>(operation: OperationScope, name: string, ask: () => T): T {
  const { context } = operation;
  return runInFrame({ invocation: context.invocation, context, asked: { name, operation } }, ask, undefined);
}

/** Converts a value; see `encode`. */
export function encodeFor(
  operation: OperationScope,
  value: unknown,
  serdes: AnySerdes | undefined,
): Encoded | Promise<Encoded> {
  if (!serdes) return encode(value, serdes, operation);
  return inAskedFrame(operation, 'serdes', () => encode(value, serdes, operation));
}

/** Converts a text back; see `decode`. */
export function decodeFor(
  operation: OperationScope,
  text: string | undefined,
  serdes: AnySerdesDeserializer | undefined,
): unknown {
  if (!serdes) return decode(text, serdes, operation);
  return inAskedFrame(operation, 'serdes', () => decode(text, serdes, operation));
}
