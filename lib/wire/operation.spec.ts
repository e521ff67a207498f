import { isTerminalStatus, type Operation, OperationStatus, resultOf } from './operation.js';

const operation = (members: Partial<Operation>): Operation => ({
  Id: '1',
  Type: 'STEP',
  Status: 'SUCCEEDED',
  ...members,
});

describe('isTerminalStatus', () => {
  it('tells what has ended from what has not', () => {
    const open = Object.values(OperationStatus).filter((status) => !isTerminalStatus(status));
    expect(open).toEqual(['STARTED', 'PENDING', 'READY']);
  });
});

describe('resultOf', () => {
  const details = { Result: '1', Error: { ErrorMessage: 'boom' } };

  it.each<Partial<Operation>>([
    { Type: 'CONTEXT', ContextDetails: details },
    { Type: 'STEP', StepDetails: details },
    { Type: 'CALLBACK', CallbackDetails: details },
    { Type: 'CHAINED_INVOKE', ChainedInvokeDetails: details },
  ])('is found where the type keeps it: %j', (members) => {
    expect(resultOf(operation(members))).toBe(details);
  });

  it('is nothing where nothing is kept, also beside what belongs to another type', () => {
    expect(resultOf(operation({ Type: 'WAIT', StepDetails: details }))).toEqual({});
    expect(resultOf(operation({ Type: 'STEP', ContextDetails: details }))).toEqual({});
    expect(resultOf(operation({ Type: 'EXECUTION' }))).toEqual({});
  });
});
