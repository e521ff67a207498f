import { ExecutionError } from '../errors/execution-error.js';
import { SerdesFailedError } from '../errors/context-errors.js';
import { normaliseThrown } from '../errors/error-object.js';
import type { AnySerdes, AnySerdesDeserializer, SerdesContext } from './serdes.js';

/** What is being converted, as error messages name it. */
export interface ConversionSubject extends Readonly<SerdesContext>, Labelled {}

interface Labelled {
  /** Such as `step "charge card"`; read only when it is needed, which is when a conversion fails. */
  readonly label: string;
}

/**
 * Converts a value to the text that is persisted: plain JSON unless a serdes is given, without a promise in between, for
 * most values take this way.
 *
 * @throws {ExecutionError} when the value is no JSON: it never will be
 * @throws {SerdesFailedError} (rejects) when the serdes threw: it may reach outside the process
 */
export function encode(value: unknown, serdes: AnySerdes | undefined, subject: ConversionSubject) {
  if (!serdes) return encodeJson(value, subject);
  return attemptSerdes(async (context) => textOrNothing(await serdes.serialize(value, context)), subject);
}

/** Converts persisted text back; the counterpart of {@link encode}. */
export function decode(
  text: string | undefined,
  serdes: AnySerdesDeserializer | undefined,
  subject: ConversionSubject,
) {
  return serdes
    ? attemptSerdes((context) => serdes.deserialize(text, context), subject)
    : (decodeJson(text, subject) as unknown);
}

/** @throws {ExecutionError} when the value is no JSON */
export function encodeJson(value: unknown, subject: Labelled): string | undefined {
  try {
    return JSON.stringify(value);
  } catch (error) {
    throw notConvertible(`The result of ${subject.label} cannot be written as JSON`, error);
  }
}

/** @throws {ExecutionError} when the text is no JSON */
export function decodeJson(text: string | null | undefined, subject: Labelled): unknown {
  if (text === undefined || text === null) return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    throw notConvertible(`The saved result of ${subject.label} is not JSON`, error);
  }
}

/** Of anything else the size could not even be told, when it is about to be sent. */
function textOrNothing(serialized: unknown): string | undefined {
  if (serialized === undefined || serialized === null) return undefined;
  if (typeof serialized === 'string') return serialized;
  throw new TypeError(`serialize() gave a value of type ${typeof serialized} where it has to give text`);
}

async function attemptSerdes<T>(
  convert: (context: SerdesContext) => Promise<T>,
  { entityId, durableExecutionArn, label }: ConversionSubject,
): Promise<T> {
  try {
    return await convert({ entityId, durableExecutionArn });
  } catch (error) {
    const { message } = normaliseThrown(error);
    throw new SerdesFailedError(`The serdes of ${label} failed: ${message}`, { cause: error });
  }
}

function notConvertible(what: string, cause: unknown): ExecutionError {
  const { message } = normaliseThrown(cause);
  return new ExecutionError(`${what}: ${message}. Give the operation a serdes that can, or change the value.`, {
    cause,
    terminationReason: 'SERDES_FAILED',
  });
}
