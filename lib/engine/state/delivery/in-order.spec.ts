import { InOrder } from './in-order.js';

const byKey = (one: { key: number }, other: { key: number }) => one.key - other.key;

function takeAll<T>(from: InOrder<T>): T[] {
  const taken: T[] = [];
  while (from.first !== undefined) {
    taken.push(from.first);
    from.take();
  }
  return taken;
}

describe('InOrder', () => {
  it('gives back what came in any order from the least to the greatest', () => {
    const ordered = new InOrder<{ key: number }>(byKey);
    const keys = Array.from({ length: 500 }, (_, index) => (index * 379) % 500);
    for (const key of keys) ordered.add({ key });
    expect(takeAll(ordered).map(({ key }) => key)).toEqual([...keys].sort((one, other) => one - other));
  });

  it('knows the item after the first', () => {
    const ordered = new InOrder<{ key: number }>(byKey);
    const seen = [ordered.second];
    for (const key of [2, 1, 3]) {
      ordered.add({ key });
      seen.push(ordered.second);
    }
    ordered.take();
    expect([...seen, ordered.second].map((item) => item?.key)).toEqual([undefined, undefined, 2, 2, 3]);
  });

  it('gives back equals in the order in which they came', () => {
    const ordered = new InOrder<{ key: number; name: string }>(byKey);
    for (const name of ['a', 'b', 'c']) ordered.add({ key: 2, name });
    for (const name of ['d', 'e']) ordered.add({ key: 1, name });
    expect(takeAll(ordered).map(({ name }) => name)).toEqual(['d', 'e', 'a', 'b', 'c']);
  });

  it('takes in more while it gives back, also after thousands', () => {
    const ordered = new InOrder<{ key: number }>(byKey);
    const taken: number[] = [];
    for (let round = 0; round < 4000; round += 1) {
      ordered.add({ key: round * 2 + 1 });
      ordered.add({ key: round * 2 });
      if (round % 3 === 0) continue;
      taken.push(ordered.first!.key);
      ordered.take();
    }
    taken.push(...takeAll(ordered).map(({ key }) => key));
    expect(taken).toHaveLength(8000);
    expect(new Set(taken).size).toBe(8000);
    expect(ordered.first).toBeUndefined();
    ordered.take();
    expect(ordered.first).toBeUndefined();
  });

  it('gives back in order what came in runs, one between the items of another', () => {
    const ordered = new InOrder<{ key: number; name: string }>(byKey);
    for (const key of [1, 3, 3, 5, 7, 9]) ordered.add({ key, name: 'a' });
    ordered.take();
    for (const key of [2, 3, 4, 8]) ordered.add({ key, name: 'b' });
    ordered.take();
    for (const key of [0, 4, 6, 9]) ordered.add({ key, name: 'c' });
    const taken = takeAll(ordered).map(({ key, name }) => `${key}${name}`);
    expect(taken).toEqual(['0c', '3a', '3a', '3b', '4b', '4c', '5a', '6c', '7a', '8b', '9a', '9c']);
  });

  it('puts some between those that are left, near both ends, after others were taken', () => {
    const ordered = new InOrder<{ key: number; name: string }>(byKey);
    for (let key = 0; key < 12; key += 1) ordered.add({ key, name: 'a' });
    for (let taken = 0; taken < 3; taken += 1) ordered.take();
    for (const key of [4, 3, 5, 10, 2, 4, 1, 0]) ordered.add({ key, name: 'b' });
    const taken = takeAll(ordered).map(({ key, name }) => `${key}${name}`);
    expect(taken.join(' ')).toBe('0b 1b 2b 3a 3b 4a 4b 4b 5a 5b 6a 7a 8a 9a 10a 10b 11a');
  });

  it('puts one that comes before all that are left first, however many were taken', () => {
    const ordered = new InOrder<{ key: number }>(byKey);
    for (const key of [10, 20, 30]) ordered.add({ key });
    ordered.take();
    ordered.add({ key: 5 });
    expect(takeAll(ordered).map(({ key }) => key)).toEqual([5, 20, 30]);
  });
});
