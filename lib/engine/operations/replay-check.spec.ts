import type { Operation } from '../../wire/operation.js';
import { NonDeterministicExecutionError } from '../base/errors/context-errors.js';
import { assertSameOperation } from './replay-check.js';
import { operationIdAt } from '../context/operation-id.js';

const stored = {
  Id: 'c4ca4238a0b92382',
  Type: 'STEP',
  SubType: 'Step',
  Name: 'charge',
  Status: 'SUCCEEDED',
} as Operation;
const called = { id: operationIdAt(undefined, 1), type: 'STEP', subType: 'Step', name: 'charge' };

describe('assertSameOperation', () => {
  it.each<[string, Partial<Operation>, Partial<typeof called>]>([
    ['the same operation', {}, {}],
    ['a record without a subtype', { SubType: undefined }, {}],
    ['a record whose subtype is null', { SubType: null as never }, {}],
    ['no name on both sides', { Name: undefined }, { name: undefined }],
    ['a stored name of null for none', { Name: null as never }, { name: undefined }],
  ])('accepts %s', (_, record, call) => {
    expect(() => assertSameOperation({ ...stored, ...record }, { ...called, ...call })).not.toThrow();
  });

  it.each<[string, Partial<Operation>, string, string]>([
    ['another type', { Type: 'WAIT', SubType: 'Wait' }, 'WAIT (Wait) "charge"', 'STEP (Step) "charge"'],
    ['another name', { Name: 'refund' }, 'STEP (Step) "refund"', 'STEP (Step) "charge"'],
    ['a name gone', { Name: undefined }, 'STEP (Step) without a name', 'STEP (Step) "charge"'],
    ['another subtype', { SubType: 'WaitForCondition' }, 'STEP (WaitForCondition) "charge"', 'STEP (Step) "charge"'],
  ])('refuses %s, telling the operation, what was stored and what is called', (_, record, wasStored, isCalled) => {
    const check = () => assertSameOperation({ ...stored, ...record }, called);
    expect(check).toThrow(NonDeterministicExecutionError);
    expect(check).toThrow(`operation 1 was recorded as ${wasStored}, but the code now calls ${isCalled}.`);
  });

  it('refuses a name that was not there before', () => {
    const check = () => assertSameOperation({ ...stored }, { ...called, name: undefined });
    expect(check).toThrow('recorded as STEP (Step) "charge", but the code now calls STEP (Step) without a name');
  });
});
