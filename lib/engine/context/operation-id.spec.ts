import { operationIdAt } from './operation-id.js';

describe('operationIdAt', () => {
  // Ids as the official JavaScript SDK writes them (docs/protocol.md#operation-ids).
  it.each<[string | undefined, number, string, string]>([
    [undefined, 1, '1', 'c4ca4238a0b92382'],
    [undefined, 2, '2', 'c81e728d9d4c2f63'],
    ['1', 1, '1-1', 'ea66c06c1e1c05fa'],
    ['1', 2, '1-2', '98c6f2c2287f4c73'],
    ['2-1', 3, '2-1-3', '2bfadbf90d1c5992'],
  ])('in context %s at position %d is %s, hashed %s', (context, position, plain, wire) => {
    expect(operationIdAt(context, position)).toEqual({ plain, wire });
  });
});
