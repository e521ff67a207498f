import { asRecord, memberOf } from '../../../wire/thrown.js';
import { codecNamed, codecOf, type ErrorCodec } from './error-codec.js';
import { ErrorClassMissingError } from './error-class-missing-error.js';
import type { ErrorKnowledge } from './error-knowledge.js';
import type { PlainData, PlainRecord } from './plain-data.js';
import { setMember } from './set-member.js';
import { markSettled, takenVerdictOf } from './settled-failure.js';

/** The maximum number of recorded causes. */
const MOST_CAUSES = 5;
const LONGEST_MESSAGE = 8000;

/** What is recorded of an error beyond name and message. */
export interface KeptError {
  readonly name: string;
  readonly message: string;
  /** The name under which its class is registered. */
  readonly class?: string;
  readonly members?: PlainRecord;
  readonly cause?: KeptError;
  /** The rule that decided, and its verdict; only for the outermost error. */
  readonly rule?: string;
  readonly verdict?: string;
}

/**
 * What to record of a thrown value; absent if name and message are all.
 *
 * @param known - knowledge of errors of unregistered classes; without it nothing more is recorded of them
 */
export function keptOf(thrown: unknown, known: ErrorKnowledge | undefined): KeptError | undefined {
  const kept = keep(thrown, known, 0);
  if (!kept) return undefined;
  const verdict = verdictOf(thrown, known);
  return kept.class || kept.members || kept.cause || verdict ? { ...kept, ...verdict } : undefined;
}

/**
 * Rebuilds the error, of its class if that is registered.
 *
 * @param isOwn - recorded by an operation of this function, so its class must be registered here
 * @throws {ErrorClassMissingError} when an own error is of a class that is not registered
 */
export function restoreKept(kept: KeptError, isOwn: boolean): Error {
  const codec = kept.class === undefined ? undefined : codecNamed(kept.class);
  if (kept.class !== undefined && !codec && isOwn) throw new ErrorClassMissingError(kept.class);
  const error = (codec && restoredBy(codec, kept)) ?? plainError(kept);
  if (error.name !== kept.name) hide(error, 'name', kept.name);
  if (error.message !== kept.message) hide(error, 'message', kept.message);
  if (kept.cause) hide(error, 'cause', restoreKept(kept.cause, isOwn));
  const { rule, verdict } = kept;
  markSettled(error, rule === undefined ? {} : { rule, verdict });
  return error;
}

/** The same without the names of classes that are not registered here. */
export function inKnownClasses(kept: KeptError): KeptError {
  const isKnown = kept.class !== undefined && codecNamed(kept.class) !== undefined;
  return { ...kept, class: isKnown ? kept.class : undefined, cause: kept.cause && inKnownClasses(kept.cause) };
}

/** Reads a recorded value; absent if it has another shape. */
export function checkKept(value: unknown, depth = 0): KeptError | undefined {
  const { name, message, class: className, members, cause, rule, verdict } = asRecord(value);
  if (typeof name !== 'string' || typeof message !== 'string' || depth > MOST_CAUSES) return undefined;
  const keptCause = checkKept(cause, depth + 1);
  return {
    name,
    message,
    ...(typeof className === 'string' && { class: className }),
    ...(typeof members === 'object' && members !== null && { members: members as PlainRecord }),
    ...(keptCause && { cause: keptCause }),
    ...(typeof rule === 'string' && typeof verdict === 'string' && { rule, verdict }),
  };
}

function keep(thrown: unknown, known: ErrorKnowledge | undefined, depth: number): KeptError | undefined {
  if (typeof thrown !== 'object' || thrown === null || typeof memberOf(thrown, 'message') !== 'string')
    return undefined;
  const codec = codecOf(thrown);
  if (!codec && !known) return undefined;
  const kept = codec ? keptBy(codec, thrown as Error) : keptAs(thrown, known!);
  const own = known?.redact ? redacted(kept, (text) => known.redact!(text)) : kept;
  const cause = depth < MOST_CAUSES ? keep(memberOf(thrown, 'cause'), known, depth + 1) : undefined;
  return cause ? { ...own, cause } : own;
}

function redacted(kept: KeptError, redact: (text: string) => string): KeptError {
  const message = redact(kept.message);
  return kept.members ? { ...kept, message, members: redactedData(kept.members, redact) } : { ...kept, message };
}

/** The same data, with something taken out of each of its texts. */
export function redactedData<D extends PlainData>(data: D, redact: (text: string) => string): D;
export function redactedData(data: PlainData, redact: (text: string) => string): PlainData {
  if (typeof data === 'string') return redact(data);
  if (typeof data !== 'object' || data === null) return data;
  if (Array.isArray(data)) return data.map((one: PlainData) => redactedData(one, redact));
  return Object.fromEntries(Object.entries(data).map(([name, one]) => [name, redactedData(one, redact)]));
}

function keptBy(codec: ErrorCodec, error: Error): KeptError {
  const name = nameOf(error);
  const message = cut(String(memberOf(error, 'message')));
  return { name, message, class: codec.name, ...withMembers(savedBy(codec, error)) };
}

/** Members that cannot be saved are left out; class, name and message are kept. */
function savedBy(codec: ErrorCodec, error: Error): PlainRecord {
  try {
    return codec.save(error);
  } catch {
    return {};
  }
}

function keptAs(error: object, known: ErrorKnowledge): KeptError {
  const { message, members } = known.describe(error);
  return { name: nameOf(error), message: cut(message), ...withMembers(members) };
}

function withMembers(members: PlainRecord): Pick<KeptError, 'members'> {
  return Object.keys(members).length > 0 ? { members } : {};
}

/** The verdict of an inner operation is kept: it is not computed again for the outer one. */
function verdictOf(
  thrown: unknown,
  known: ErrorKnowledge | undefined,
): Pick<KeptError, 'rule' | 'verdict'> | undefined {
  const taken = takenVerdictOf(thrown);
  if (taken) return taken.rule === undefined ? undefined : taken;
  const { rule, verdict, decision } = known?.explain(thrown, undefined, () => 0) ?? {};
  // A rule that leaves the decision to the strategy has no verdict.
  return decision === undefined ? undefined : { rule, verdict };
}

const BUILT_IN = { TypeError, RangeError, ReferenceError, SyntaxError, URIError, EvalError } as const;

function plainError({ name, message, members = {} }: KeptError): Error {
  const ErrorClass = Object.hasOwn(BUILT_IN, name) ? BUILT_IN[name as keyof typeof BUILT_IN] : Error;
  const error = new ErrorClass(message);
  for (const [member, value] of Object.entries(members)) setMember(error, member, value);
  return error;
}

/**
 * If a `restore` of the application throws, or returns no error that could be completed, it does so on every run: a plain
 * error replaces the original.
 */
function restoredBy(codec: ErrorCodec, { members = {}, message }: KeptError): Error | undefined {
  try {
    const error: unknown = codec.restore(members, message);
    return error instanceof Error && Object.isExtensible(error) ? error : undefined;
  } catch {
    return undefined;
  }
}

function hide(error: Error, member: string, value: unknown): void {
  Object.defineProperty(error, member, { value, configurable: true, enumerable: false, writable: true });
}

function nameOf(error: object): string {
  const name = memberOf(error, 'name');
  return typeof name === 'string' ? name : 'Error';
}

function cut(message: string): string {
  return message.length > LONGEST_MESSAGE ? `${message.slice(0, LONGEST_MESSAGE)}…` : message;
}
