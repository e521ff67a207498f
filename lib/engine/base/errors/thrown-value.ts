import { listOf, memberOf } from '../../../wire/thrown.js';
import { SECRET } from './plain-data.js';
import { shown } from './shown.js';

/** The longest text that is kept of one member of a thrown object, in characters. */
const LONGEST_MEMBER_CHARACTERS = 1000;

/** The most members that are kept of a thrown object, and the most messages that are kept of a list. */
const MOST_MEMBERS = 20;

type Plain = string | number | boolean;

/** What is recorded of a thrown value that is not an error. */
export interface ThrownValue {
  message: string;
  /** The plain members of an object, as JSON text. */
  data?: string;
}

/** Reads a thrown value that is not an error. Never throws itself: every thrown value must be handled. */
export function readThrownValue(thrown: unknown): ThrownValue {
  if (typeof thrown === 'string') return { message: thrown };
  if (thrown === undefined || thrown === null) return { message: `${thrown} was thrown.` };
  if (typeof thrown !== 'object') return { message: shown(thrown) };
  try {
    return readObject(thrown);
  } catch {
    return { message: 'An object was thrown that cannot be read.' };
  }
}

function readObject(thrown: object): ThrownValue {
  const members = plainMembersOf(thrown);
  const data = Object.keys(members).length > 0 ? JSON.stringify(members) : undefined;
  const message = saidBy(thrown) ?? data ?? 'An object without a message was thrown.';
  return data === undefined ? { message } : { message, data };
}

/** A message, or several, as a validation returns them. */
function saidBy(thrown: object): string | undefined {
  const message = memberOf(thrown, 'message');
  if (typeof message === 'string') return message;
  const said = [message, thrown].map(listOf).find((list) => list.length > 0) ?? [];
  const texts = said.slice(0, MOST_MEMBERS).filter((text) => typeof text === 'string');
  return texts.length > 0 ? texts.join(', ') : undefined;
}

/**
 * Texts, numbers and booleans of an object, without a stack. Nested values are left out: for example, a response of an
 * HTTP client contains the headers of its request.
 */
function plainMembersOf(thrown: object): Record<string, Plain> {
  const plain: Record<string, Plain> = {};
  if (Array.isArray(thrown)) return plain;
  for (const name of Object.keys(thrown).slice(0, MOST_MEMBERS)) {
    const value = memberOf(thrown, name);
    if (name !== 'stack' && !SECRET.test(name) && isPlain(value)) plain[name] = shortened(value);
  }
  return plain;
}

function isPlain(value: unknown): value is Plain {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

function shortened(value: Plain): Plain {
  return typeof value === 'string' ? value.slice(0, LONGEST_MEMBER_CHARACTERS) : value;
}
