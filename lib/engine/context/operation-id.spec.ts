import { createHash } from 'node:crypto';
import { compareCalls, type OperationId, operationIdAt } from './operation-id.js';

/** The id that a plain id is that of. */
const idOf = (plain: string) =>
  plain
    .split('-')
    .reduce<OperationId | undefined>((parent, position) => operationIdAt(parent, Number(position)), undefined)!;

describe('operationIdAt', () => {
  // Ids as the official JavaScript SDK writes them (docs/protocol.md#operation-ids).
  it.each<[string | undefined, number, string, string]>([
    [undefined, 1, '1', 'c4ca4238a0b92382'],
    [undefined, 2, '2', 'c81e728d9d4c2f63'],
    ['1', 1, '1-1', 'ea66c06c1e1c05fa'],
    ['1', 2, '1-2', '98c6f2c2287f4c73'],
    ['2-1', 3, '2-1-3', '2bfadbf90d1c5992'],
  ])('in context %s at position %d is %s, hashed %s', (context, position, plain, wire) => {
    const parent = context === undefined ? undefined : idOf(context);
    expect(operationIdAt(parent, position)).toMatchObject({ plain, wire });
  });
});

describe('kept ids', () => {
  it('are the same for every execution', () => {
    expect(idOf('1-1')).toBe(idOf('1-1'));
  });

  it('are no others than those that are made anew', () => {
    const fresh = (plain: string) => createHash('md5').update(plain).digest('hex').slice(0, 16);
    const map = idOf('6');
    // Some before the ones in front of them, and more than a process keeps.
    const positions = [40, 3, 100_000, ...Array.from({ length: 6000 }, (_, index) => index + 1)];
    const isRight = (position: number) => {
      const item = operationIdAt(map, position);
      const first = operationIdAt(item, 1);
      return (
        item.wire === fresh(`6-${position}`) &&
        item.position === position &&
        item.depth === 2 &&
        item.parent === map &&
        first.wire === fresh(`6-${position}-1`)
      );
    };
    expect([...positions, ...positions].filter((position) => !isRight(position))).toEqual([]);
  });
});

describe('compareCalls', () => {
  it.each([
    ['1', '2'],
    ['9', '10'],
    ['2-9', '2-10'],
    ['1-7', '2-1'],
    ['1-7-3', '2'],
    ['2-1', '2'],
    ['2-1-5', '2-1'],
    ['2-1-5', '2-2'],
    ['2-2', '10-1-1'],
  ])('takes %s as called before %s', (first, second) => {
    expect(compareCalls(idOf(first), idOf(second))).toBeLessThan(0);
    expect(compareCalls(idOf(second), idOf(first))).toBeGreaterThan(0);
  });

  it('takes an operation as called when itself', () => {
    expect(compareCalls(idOf('3-1'), idOf('3-1'))).toBe(0);
  });
});
