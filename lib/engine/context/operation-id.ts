import { nodeModule } from '../../node-module.js';

const crypto = nodeModule('node:crypto');

/** An operation's place: the readable path that the SDK counts, and its hash, which is what the service knows. */
export interface OperationId {
  /** `2` at the root, `2-1` for the first operation inside operation 2. */
  readonly plain: string;
  /** The first 16 hexadecimal digits of the plain id's MD5, as the official JavaScript SDK writes it. */
  readonly wire: string;
  /** Among the operations of the context around it, from 1. */
  readonly position: number;
  /** How many operations it lies in, itself included. */
  readonly depth: number;
  /** Of the context around it; absent for the root. */
  readonly parent: OperationId | undefined;
}

const WIRE_ID_CHARACTERS = 16;

/** One-shot hashing where this Node has it (20.12), less than half the time of a hash object. */
const md5: (text: string) => string =
  typeof crypto.hash === 'function'
    ? (text) => crypto.hash('md5', text, 'hex')
    : (text) => crypto.createHash('md5').update(text).digest('hex');

/** The id of the `position`-th operation, from 1, of the context whose own id is given (`undefined`: the root). */
export function operationIdAt(parent: OperationId | undefined, position: number): OperationId {
  const plain = parent === undefined ? String(position) : `${parent.plain}-${position}`;
  return { plain, wire: wireOf(plain), position, depth: (parent?.depth ?? 0) + 1, parent };
}

/** The id of what is recorded under a name before an operation, without a position of its own. */
export function idBefore(next: OperationId, name: string): OperationId {
  const plain = `${next.plain}:${name}`;
  return { ...next, plain, wire: wireOf(plain) };
}

/** What the service knows an operation by. */
export function wireOf(plain: string): string {
  return md5(plain).slice(0, WIRE_ID_CHARACTERS);
}

/**
 * Which of two operations was called first: a negative number for the first of the two. An operation inside another one
 * comes before that: it has ended when that one does.
 */
export function compareCalls(one: OperationId, other: OperationId): number {
  let left: OperationId | undefined = one;
  let right: OperationId | undefined = other;
  while (left.depth > right.depth) left = left.parent!;
  while (right.depth > left.depth) right = right.parent!;
  let order = other.depth - one.depth;
  // The outermost difference decides, and is met last.
  for (; left && right && left !== right; left = left.parent, right = right.parent) {
    if (left.position !== right.position) order = left.position - right.position;
  }
  return order;
}
