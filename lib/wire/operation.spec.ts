import { isKnownStatus, isTerminalStatus, type Operation, OperationStatus, resultOf } from './operation.js';

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

  it.each(['PAUSED', '', 'constructor', '__proto__', 'succeeded'])('does not take %j for an end', (status) => {
    expect([isTerminalStatus(status as never), isKnownStatus(status as never)]).toEqual([false, false]);
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
    expect(resultOf(operation(members))).toEqual(details);
  });

  it('is nothing where nothing is kept, also beside what belongs to another type', () => {
    expect(resultOf(operation({ Type: 'WAIT', StepDetails: details }))).toEqual({});
    expect(resultOf(operation({ Type: 'STEP', ContextDetails: details }))).toEqual({});
    expect(resultOf(operation({ Type: 'EXECUTION' }))).toEqual({});
  });

  it.each(['BATCH', 'constructor', '__proto__'])('is nothing of an operation of the type %j', (Type) => {
    expect(resultOf(operation({ Type: Type as never, StepDetails: details }))).toEqual({});
  });

  it('takes what is null for absent', () => {
    const nulls = { Result: null, Error: { ErrorMessage: 'boom', ErrorType: null, StackTrace: null } } as never;
    expect(resultOf(operation({ StepDetails: nulls }))).toEqual({ Result: undefined, Error: { ErrorMessage: 'boom' } });
    expect(resultOf(operation({ StepDetails: { Result: '1', Error: null as never } }))).toStrictEqual({
      Result: '1',
      Error: undefined,
    });
  });
});
