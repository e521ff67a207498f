import { compareCalls, type OperationId } from '../context/operation-id.js';

/** An update that may record a completion. */
export interface MayEnd {
  readonly end?: { readonly id: OperationId };
}

/**
 * The updates of one request, with the completions among them in the order of their calls. A completion moves only
 * back, behind those that were called before it. So it stays after its own start, and the completion of a context after
 * everything inside.
 */
export function inCallOrder<T extends MayEnd>(updates: readonly T[]): readonly T[] {
  if (isInCallOrder(updates)) return updates;
  const ends = updates.filter(({ end }) => end).sort((one, other) => compareCalls(idOf(one), idOf(other)));
  const ordered: T[] = [];
  const reached = new Set<T>();
  let next = 0;
  for (const update of updates) {
    if (!update.end) ordered.push(update);
    else reached.add(update);
    while (next < ends.length && reached.has(ends[next]!)) ordered.push(ends[next++]!);
  }
  return ordered;
}

function isInCallOrder(updates: readonly MayEnd[]): boolean {
  let last: OperationId | undefined;
  for (let at = 0; at < updates.length; at += 1) {
    const { end } = updates[at]!;
    if (!end) continue;
    if (last !== undefined && compareCalls(last, end.id) > 0) return false;
    last = end.id;
  }
  return true;
}

function idOf({ end }: MayEnd): OperationId {
  return end!.id;
}
