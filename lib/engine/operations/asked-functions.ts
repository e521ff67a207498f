import { decode, decodeJson, encode, type Encoded } from '../base/serdes/conversion.js';
import { encodeJson } from '../base/serdes/json.js';
import type { AnySerdes, AnySerdesDeserializer } from '../base/serdes/serdes.js';
import { type AskedFunction, runInFrame } from '../context/call-frame.js';
import type { ContextScope, OperationScope } from '../scope.js';

/*
 * Functions of the user that are no part of a body: they answer the engine, or are told by it. A durable operation that
 * one calls is refused at once: a replay does not call it again, so the positions of all later operations would differ.
 */

/** Runs such a function. @param name - of it in the configuration */
export function inAskedFrame<T>(operation: OperationScope, name: string, ask: () => T): T {
  return inFrameOf(operation.context, { name, operation }, ask);
}

/** The same for a context. */
export function inFrameOf<T>(context: ContextScope, asked: AskedFunction, ask: () => T): T {
  return runInFrame({ invocation: context.invocation, context, asked }, ask, undefined);
}

/*
 * Most values have no serdes. What is done with one stands in functions of its own: a function with a closure in it makes
 * an object at each call, even where it returns before.
 */

/** Converts a value to the persisted text: as plain JSON, synchronously, unless there is a serdes. */
export function encodeFor(
  operation: OperationScope,
  value: unknown,
  serdes: AnySerdes | undefined,
): Encoded | Promise<Encoded> {
  return serdes ? encodeBy(serdes, operation, value) : encodeJson(value);
}

/** Converts a text back; the counterpart of {@link encodeFor}. */
export function decodeFor(
  operation: OperationScope,
  text: string | undefined,
  serdes: AnySerdesDeserializer | undefined,
): unknown {
  return serdes ? decodeBy(serdes, operation, text) : decodeJson(text, operation);
}

function encodeBy(serdes: AnySerdes, operation: OperationScope, value: unknown): Encoded | Promise<Encoded> {
  return inAskedFrame(operation, 'serdes', () => encode(value, serdes, operation));
}

function decodeBy(serdes: AnySerdesDeserializer, operation: OperationScope, text: string | undefined): unknown {
  return inAskedFrame(operation, 'serdes', () => decode(text, serdes, operation));
}
