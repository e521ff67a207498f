/** One page of a list, and the marker of the next page; the last page has none, or an empty one. */
export interface Page<T> {
  items: readonly T[];
  next?: string | null;
}

/** Iterates over a list of the service; a page is fetched when the one before it has been consumed. */
export async function* pages<T>(fetchPage: (marker: string | undefined) => Promise<Page<T>>): AsyncGenerator<T> {
  let marker: string | undefined;
  do {
    const { items, next } = await fetchPage(marker);
    yield* items;
    marker = next || undefined;
  } while (marker !== undefined);
}
