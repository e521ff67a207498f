import { UnreadableAnswerError } from '../wire/unreadable-answer.js';

/** One page of a list, and the marker of the next page; the last page has none, or an empty one. */
export interface Page<T> {
  items: readonly T[];
  next?: string | null;
}

/**
 * Iterates over a list of the service; a page is fetched when the one before it has been consumed.
 *
 * @throws {UnreadableAnswerError} when a marker comes twice: pages in a cycle would be read for ever
 */
export async function* pages<T>(
  apiName: string,
  fetchPage: (marker: string | undefined) => Promise<Page<T>>,
): AsyncGenerator<T> {
  const seen = new Set<string>();
  let marker: string | undefined;
  do {
    const { items, next } = await fetchPage(marker);
    if (next && seen.has(next)) throw new UnreadableAnswerError(`${apiName} has returned the same marker twice.`);
    yield* items;
    marker = next || undefined;
    if (marker !== undefined) seen.add(marker);
  } while (marker !== undefined);
}
