import type { OperationUpdate } from '../../wire/operation.js';

/** Not worth examining: no character takes more than six bytes. */
const SHORT_TEXT_CHARACTERS = 64;

/** Room for the fixed members of an update: ids, type, action, names of members and options. */
const FRAME_BYTES = 320;

// eslint-disable-next-line no-control-regex -- these are exactly the characters that grow sixfold in JSON
const CONTROL_CHARACTER = /[\u0000-\u001f]/;

/**
 * The most bytes that an update can take in a request body, without serializing it: text doubles in the worst case
 * (every character a quote or a backslash), or grows sixfold if it contains raw control characters. A short text counts
 * as if it did.
 */
export function largestUpdateBytes(update: OperationUpdate): number {
  let bytes = FRAME_BYTES;
  if (update.Name !== undefined) bytes += 2 * update.Name.length;
  if (update.Payload !== undefined) bytes += largestTextBytes(update.Payload);
  if (update.Error !== undefined) bytes += exactBytes(update.Error);
  if (update.ChainedInvokeOptions !== undefined) bytes += exactBytes(update.ChainedInvokeOptions);
  return bytes;
}

/**
 * The bytes that an update really takes: it serializes the update, so it is used only when the estimate would end a
 * batch early.
 */
export function exactUpdateBytes(update: OperationUpdate): number {
  return exactBytes(update);
}

function largestTextBytes(text: string): number {
  if (text.length <= SHORT_TEXT_CHARACTERS) return 6 * text.length;
  return Buffer.byteLength(text) * (CONTROL_CHARACTER.test(text) ? 6 : 2);
}

function exactBytes(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}
