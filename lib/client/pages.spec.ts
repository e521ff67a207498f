import { pages } from './pages.js';

/** A list whose page for each marker names the next one. */
const listOf = (next: Readonly<Record<string, string | null>>) =>
  pages('ListThings', async (marker = 'first') => ({ items: [marker], next: next[marker] ?? null }));

async function read<T>(list: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of list) items.push(item);
  return items;
}

describe('pages', () => {
  it.each([[null], ['']])('ends at a page whose next marker is %p', async (end) => {
    await expect(read(listOf({ first: 'second', second: 'third', third: end }))).resolves.toEqual([
      'first',
      'second',
      'third',
    ]);
  });

  it.each([
    ['itself', { first: 'second', second: 'second' }],
    ['an earlier page', { first: 'second', second: 'third', third: 'second' }],
  ])('does not read for ever a list in which a page names %s as the next', async (_, next) => {
    await expect(read(listOf(next))).rejects.toThrow('ListThings has returned the same marker twice');
  });
});
