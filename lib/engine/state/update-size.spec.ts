import { OperationAction, OperationType, type OperationUpdate } from '../../wire/operation.js';
import { exactUpdateBytes, largestUpdateBytes } from './update-size.js';
import { fc } from '../../../test/fixtures/seeded-fast-check.js';

const update = (members: Partial<OperationUpdate> = {}): OperationUpdate => ({
  Id: 'c4ca4238a0b92382',
  ParentId: 'c81e728d9d4c2f63',
  Type: OperationType.STEP,
  SubType: 'Step',
  Action: OperationAction.SUCCEED,
  ...members,
});

describe('largestUpdateBytes', () => {
  it.each<[string, Partial<OperationUpdate>]>([
    ['a plain payload', { Payload: 'a'.repeat(1000) }],
    ['quotes and backslashes', { Payload: '"\\'.repeat(1000) }],
    ['control characters, which grow sixfold', { Payload: '\u0001'.repeat(1000) }],
    ['multi-byte text', { Payload: '注文€😀'.repeat(1000) }],
    ['lone surrogates', { Payload: '\ud800'.repeat(1000) }],
    ['a long name', { Name: '"'.repeat(256) }],
    ['an error', { Error: { ErrorType: 'E', ErrorMessage: '\u0007"€'.repeat(1000), ErrorData: '"'.repeat(500) } }],
    [
      'a chained invoke of a long name',
      {
        Type: OperationType.CHAINED_INVOKE,
        Action: OperationAction.START,
        ChainedInvokeOptions: { FunctionName: 'f'.repeat(256), TenantId: 't'.repeat(256) },
      },
    ],
    ['options', { CallbackOptions: { TimeoutSeconds: 99_999_999, HeartbeatTimeoutSeconds: 99_999_999 } }],
  ])('is never below what %s takes', (_, members) => {
    expect(largestUpdateBytes(update(members))).toBeGreaterThanOrEqual(exactUpdateBytes(update(members)));
  });

  it('is never below what any text takes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ maxLength: 256 }), (Payload, Name) => {
        const sized = update({ Payload, Name });
        return largestUpdateBytes(sized) >= exactUpdateBytes(sized);
      }),
    );
  });
});

describe('exactUpdateBytes', () => {
  it('counts bytes, not characters', () => {
    const bytes = exactUpdateBytes(update({ Payload: '€€' })) - exactUpdateBytes(update({ Payload: '' }));
    expect(bytes).toBe(6);
  });
});
