import { SerdesFailedError } from '../errors/context-errors.js';
import { normaliseThrown } from '../errors/error-object.js';
import { ExecutionError } from '../errors/execution-error.js';
import { isConfigValidationError, isExecutionError } from '../errors/recognise.js';
import { UnsavableValueError } from '../errors/unsavable-value-error.js';
import type { AnySerdes, AnySerdesDeserializer, SerdesContext } from './serdes.js';

/** What is being converted, for error messages. */
export interface ConversionSubject extends Readonly<SerdesContext>, Labelled {}

interface Labelled {
  /** Such as `step "charge card"`; read only when it is needed, which is when a conversion fails. */
  readonly label: string;
}

/** The text of a value; `undefined` for `undefined`; or why the value can never be saved. */
export type Encoded = string | undefined | UnsavableValueError;

/**
 * Converts a value to the persisted text by a serdes.
 *
 * @throws {SerdesFailedError} (rejects) when the serdes threw: it may use other systems; an `ExecutionError` stays as it is
 */
export function encode(value: unknown, serdes: AnySerdes, subject: ConversionSubject): Promise<Encoded> {
  return attemptSerdes((context) => serialized(value, serdes, context), subject);
}

/** Converts persisted text back; the counterpart of {@link encode}. */
export function decode(
  text: string | undefined,
  serdes: AnySerdesDeserializer,
  subject: ConversionSubject,
): Promise<unknown> {
  return attemptSerdes((context) => serdes.deserialize(text, context), subject);
}

/** Whether the value is known to be unsavable. */
export function isUnsavable(encoded: Encoded): encoded is UnsavableValueError {
  return typeof encoded === 'object';
}

/** Whether a text has at most so many bytes. */
export function fits(text: string, maximumBytes: number): boolean {
  // A character takes at most three bytes: most texts need no measuring.
  return text.length * 3 <= maximumBytes || Buffer.byteLength(text) <= maximumBytes;
}

/** The same text, if the service accepts its size. */
export function fitting(encoded: Encoded, maximumBytes: number): Encoded {
  if (typeof encoded !== 'string' || fits(encoded, maximumBytes)) return encoded;
  return new UnsavableValueError(
    `The value takes ${Buffer.byteLength(encoded)} bytes as text, and at most ${maximumBytes} are saved. Keep it elsewhere, such as in S3, and ` +
      'save its key; createFileSystemSerdes() does that with files.',
  );
}

/** The counterpart of `encodeJson()`. @throws {ExecutionError} when the text is not JSON */
export function decodeJson(text: string | null | undefined, subject: Labelled): unknown {
  if (text === undefined || text === null) return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    const { message } = normaliseThrown(error);
    throw new ExecutionError(
      `The saved result of ${subject.label} is not JSON: ${message}. Use the serdes with which it was saved.`,
      { cause: error, terminationReason: 'SERDES_FAILED' },
    );
  }
}

async function serialized(value: unknown, serdes: AnySerdes, context: SerdesContext): Promise<Encoded> {
  try {
    return textOrNothing(await serdes.serialize(value, context));
  } catch (error) {
    if (error instanceof UnsavableValueError) return error;
    throw error;
  }
}

/** The size of anything else could not even be determined before it is sent. */
function textOrNothing(text: unknown): string | undefined {
  if (text === undefined || text === null) return undefined;
  if (typeof text === 'string') return text;
  throw new TypeError(`serialize() returned a value of type ${typeof text}, but it must return text`);
}

async function attemptSerdes<T>(
  convert: (context: SerdesContext) => Promise<T>,
  { entityId, durableExecutionArn, label }: ConversionSubject,
): Promise<T> {
  try {
    return await convert({ entityId, durableExecutionArn });
  } catch (error) {
    if (isExecutionError(error) && !isConfigValidationError(error)) throw error;
    const { message } = normaliseThrown(error);
    throw new SerdesFailedError(`The serdes of ${label} failed: ${message}`, { cause: error });
  }
}
