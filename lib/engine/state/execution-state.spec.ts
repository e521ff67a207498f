import { type Operation, OperationStatus, OperationType } from '../../wire/operation.js';
import { ExecutionState } from './execution-state.js';

const operation = (Id: string, members: Partial<Operation> = {}): Operation => ({
  Id,
  Type: OperationType.STEP,
  Status: OperationStatus.STARTED,
  ...members,
});

describe('ExecutionState', () => {
  it('replaces the whole record of an operation that is told again', () => {
    const state = new ExecutionState();
    state.merge([operation('a', { StepDetails: { Attempt: 1, Result: 'old' } })]);
    state.merge([operation('a', { Status: OperationStatus.READY })]);
    expect(state.get('a')).toEqual(operation('a', { Status: OperationStatus.READY }));
    expect([...state.all()]).toHaveLength(1);
  });

  it.each(['STARTED', 'PENDING', 'NEWER_THAN_THIS_PACKAGE'])(
    'keeps what has completed, if a later page has it %s',
    (Status) => {
      const state = new ExecutionState();
      const ended = operation('a', { Status: OperationStatus.SUCCEEDED, StepDetails: { Attempt: 1, Result: '1' } });
      state.merge([ended]);
      state.merge([operation('a', { Status: Status as OperationStatus })]);
      expect(state.get('a')).toBe(ended);
    },
  );

  it('keeps the attempts that have ended, and tells nobody of an older record', () => {
    const state = new ExecutionState();
    const seen: string[] = [];
    const pending = operation('a', { Status: 'PENDING', StepDetails: { Attempt: 1 } });
    state.merge([pending]);
    state.watch('a', ({ Status }) => seen.push(Status));
    state.merge([operation('a', { StepDetails: { Attempt: 0 } })]);
    expect(state.get('a')).toBe(pending);
    state.merge([operation('a', { Status: 'READY', StepDetails: { Attempt: 1 } })]);
    expect(seen).toEqual(['PENDING', 'READY']);
  });

  it('knows when the last ended, and when the last of those that only the service ends', () => {
    const state = new ExecutionState();
    expect([state.lastEndOutsideMs, state.findLastEndMs()]).toEqual([-Infinity, -Infinity]);
    const ended = (Id: string, Type: Operation['Type'], EndTimestamp: Operation['EndTimestamp']) =>
      operation(Id, { Type, Status: 'SUCCEEDED', EndTimestamp });
    const ms = 1_767_356_934_930;
    state.merge([ended('w', 'WAIT', ms + 2), ended('c', 'CALLBACK', ms + 1), ended('unread', 'WAIT', 'no moment')]);
    state.merge([ended('s', 'STEP', new Date(ms + 3)), operation('open', { Type: 'WAIT' })]);
    expect([state.lastEndOutsideMs, state.findLastEndMs()]).toEqual([ms + 2, ms + 3]);
  });

  it('knows when the id of a callback was recorded, which code receives like an end', () => {
    const state = new ExecutionState();
    state.merge([operation('open', { Type: 'CALLBACK', StartTimestamp: 1_767_356_934_930 })]);
    expect(state.findLastEndMs()).toBe(1_767_356_934_930);
  });

  it('ignores a response that tells of nothing', () => {
    const state = new ExecutionState();
    state.merge(undefined);
    state.merge([]);
    expect([...state.all()]).toHaveLength(0);
  });

  it('tells the watcher of an operation of each newer record until it is unwatched', () => {
    const state = new ExecutionState();
    const seen: string[] = [];
    state.watch('a', ({ Status }) => seen.push(Status));
    state.merge([operation('b'), operation('a', { Status: OperationStatus.PENDING })]);
    state.merge([operation('a', { Status: OperationStatus.READY })]);
    state.unwatch('a');
    state.merge([operation('a', { Status: OperationStatus.SUCCEEDED })]);
    expect(seen).toEqual([OperationStatus.PENDING, OperationStatus.READY]);
  });

  it('has merged a whole response before it tells anyone of it', () => {
    const state = new ExecutionState();
    const seen: unknown[] = [];
    state.watch('a', () => seen.push(state.get('b')?.Status));
    state.merge([operation('a'), operation('b')]);
    expect(seen).toEqual([OperationStatus.STARTED]);
  });

  describe('executionOperation', () => {
    const execution = operation('e1', { Type: OperationType.EXECUTION });

    it.each<[string, Operation[], Operation | undefined]>([
      ['by its id', [operation('a'), execution], execution],
      [
        'by its type, where a local runner chose another id',
        [operation('a'), { ...execution, Id: 'x' }],
        { ...execution, Id: 'x' },
      ],
      [
        'by its type, where the id belongs to another operation',
        [operation('e1'), { ...execution, Id: 'x' }],
        { ...execution, Id: 'x' },
      ],
      ['not at all when it is absent', [operation('a')], undefined],
    ])('is found %s', (_, operations, found) => {
      const state = new ExecutionState();
      state.merge(operations);
      expect(state.executionOperation('e1')).toEqual(found);
    });
  });
});
