import { nodeModule } from '../../node-module.js';

const crypto = nodeModule('node:crypto');

/** An operation's position: the readable path that the SDK counts, and its hash, which the service records. */
export interface OperationId {
  /** `2` at the root, `2-1` for the first operation inside operation 2. */
  readonly plain: string;
  /** The first 16 hexadecimal digits of the plain id's MD5, as the official JavaScript SDK writes it. */
  readonly wire: string;
  /** The number among the operations of the outer context, from 1. */
  readonly position: number;
  /** The number of operations around it, itself included. */
  readonly depth: number;
  /** The id of the outer context; absent for the root. */
  readonly parent: OperationId | undefined;
  /** The kept ids of the operations inside it, by their positions. */
  inner: OperationId[] | undefined;
}

const WIRE_ID_CHARACTERS = 16;

/**
 * The id in the service's records. One-shot hashing if this Node has it (20.12): less than half the time of a hash
 * object.
 */
export const wireOf: (plain: string) => string =
  typeof crypto.hash === 'function'
    ? (plain) => crypto.hash('md5', plain, 'hex').slice(0, WIRE_ID_CHARACTERS)
    : (plain) => crypto.createHash('md5').update(plain).digest('hex').slice(0, WIRE_ID_CHARACTERS);

/**
 * The most ids that a process keeps, about 1 MB. All executions have the same ids, and to make one takes about a tenth of
 * what a step takes.
 */
const MOST_KEPT = 5000;

const kept = { root: [] as OperationId[], count: 0 };

/** The id of the `position`-th operation, from 1, of the context whose own id is given (`undefined`: the root). */
export function operationIdAt(parent: OperationId | undefined, position: number): OperationId {
  return keptInside(parent)?.[position] ?? newIdAt(parent, position);
}

/**
 * The id of an operation beside the numbered ones of the root, so that it shifts none.
 *
 * @param order - a position that no numbered operation has: among completions of one millisecond, the greater one is later
 */
export function unnumberedId(plain: string, order: number): OperationId {
  return { plain, wire: wireOf(plain), position: order, depth: 1, parent: undefined, inner: undefined };
}

function newIdAt(parent: OperationId | undefined, position: number): OperationId {
  const plain = parent === undefined ? String(position) : `${parent.plain}-${position}`;
  const depth = (parent?.depth ?? 0) + 1;
  const id = { plain, wire: wireOf(plain), position, depth, parent, inner: undefined };
  if (kept.count < MOST_KEPT) keep(id);
  return id;
}

/** Only inside what is kept, and only what follows there: an array with gaps would be slow. */
function keep(id: OperationId): void {
  const { parent, position } = id;
  if (parent && keptInside(parent.parent)?.[parent.position] !== parent) return;
  const siblings = parent ? (parent.inner ??= []) : kept.root;
  if (position > siblings.length + 1) return;
  siblings[position] = id;
  kept.count += 1;
}

function keptInside(parent: OperationId | undefined): OperationId[] | undefined {
  return parent === undefined ? kept.root : parent.inner;
}

/** The id of a record under a name before an operation, without its own position. */
export function idBefore({ plain, position, depth, parent }: OperationId, name: string): OperationId {
  const before = `${plain}:${name}`;
  return { plain: before, wire: wireOf(before), position, depth, parent, inner: undefined };
}

/**
 * Compares which of two operations was called first: negative for the first of the two. An inner operation comes before
 * the outer one: it has completed when the outer one completes.
 */
export function compareCalls(one: OperationId, other: OperationId): number {
  let left: OperationId | undefined = one;
  let right: OperationId | undefined = other;
  while (left.depth > right.depth) left = left.parent!;
  while (right.depth > left.depth) right = right.parent!;
  let order = other.depth - one.depth;
  // The outermost difference decides, and is found last.
  for (; left && right && left !== right; left = left.parent, right = right.parent) {
    if (left.position !== right.position) order = left.position - right.position;
  }
  return order;
}
