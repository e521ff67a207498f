import { memberOf } from '../../../wire/thrown.js';
import type { PlainRecord } from './plain-data.js';

/** How errors of one kind pass into records and out of them. */
export interface ErrorCodec<E extends Error = Error> {
  /** The name under which they are recorded: by it, and by nothing else, their class is found again. */
  readonly name: string;
  /** Whether an error is of this kind. */
  fits(error: object): boolean;
  /** What is recorded beside name and message. */
  save(error: E): PlainRecord;
  /** The error again, on the first run and on every replay. Name, message and cause are set afterwards. */
  restore(saved: PlainRecord, message: string): E;
}

const CODECS = Symbol.for('nestjs-durable-execution/error-codecs');

/** One for all copies of this package in a process: a class is registered with whichever copy its file imports. */
const codecs = ((globalThis as { [CODECS]?: Map<string, ErrorCodec> })[CODECS] ??= new Map<string, ErrorCodec>());

/** Makes errors of a kind known; a kind of the same name is replaced. */
export function registerErrorCodec<E extends Error>(codec: ErrorCodec<E>): void {
  codecs.set(codec.name, codec);
}

export function codecNamed(name: string): ErrorCodec | undefined {
  return codecs.get(name);
}

/** The codec for a thrown value; absent for an unregistered class. */
export function codecOf(thrown: unknown): ErrorCodec | undefined {
  if (typeof thrown !== 'object' || thrown === null || typeof memberOf(thrown, 'message') !== 'string')
    return undefined;
  for (const codec of codecs.values()) if (fits(codec, thrown)) return codec;
  return undefined;
}

function fits(codec: ErrorCodec, error: object): boolean {
  try {
    return codec.fits(error);
  } catch {
    return false;
  }
}
