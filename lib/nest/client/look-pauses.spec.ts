import { lookPauses } from './look-pauses.js';

function first(count: number, pauses: Generator<number, never>): number[] {
  return Array.from({ length: count }, () => pauses.next().value);
}

describe('the pauses between looks', () => {
  it('grow to 30 seconds and stay there', () => {
    const pauses = first(
      40,
      lookPauses(undefined, () => 1),
    );

    expect(pauses.slice(0, 3)).toEqual([250, 375, 562.5]);
    expect(pauses.toSorted((a, b) => a - b)).toEqual(pauses);
    expect(pauses.slice(-20)).toEqual(Array(20).fill(30_000));
  });

  it('are at least a half of that, and differ', () => {
    expect(
      first(
        2,
        lookPauses(undefined, () => 0),
      ),
    ).toEqual([125, 187.5]);
    expect(new Set(first(20, lookPauses(100))).size).toBeGreaterThan(10);
  });

  it('are never longer than asked for', () => {
    expect(Math.max(...first(20, lookPauses(10)))).toBeLessThanOrEqual(10);
  });
});
