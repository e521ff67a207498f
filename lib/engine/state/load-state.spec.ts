import { awsError } from '../../../test/engine/support/strict-service.js';
import { MemoryService } from '../../../test/fixtures/memory-service.js';
import { type Operation, OperationStatus, OperationType } from '../../wire/operation.js';
import { GetExecutionStateError } from '../base/errors/get-execution-state-error.js';
import { UnreadableStateError } from '../base/errors/unreadable-state-error.js';
import type { ExecutionState } from './execution-state.js';
import { openState } from './load-state.js';

function serviceWithSteps(count: number): MemoryService {
  const service = new MemoryService({ sku: 'a1' });
  for (let at = 1; at <= count; at += 1) {
    const Id = `step-${at}`;
    service.operations.set(Id, { Id, Type: OperationType.STEP, Status: OperationStatus.SUCCEEDED });
  }
  return service;
}

async function loadInitialState(...from: Parameters<typeof openState>): Promise<ExecutionState> {
  const state = openState(...from);
  await state.completion;
  return state;
}

describe('openState', () => {
  it.each([
    ['undefined', undefined],
    ['null', null],
    ['an empty text', ''],
  ])('asks for nothing more when the marker is %s', async (_, NextMarker) => {
    const service = serviceWithSteps(2);
    const event = service.event();
    const state = await loadInitialState(
      { ...event, InitialExecutionState: { ...event.InitialExecutionState, NextMarker: NextMarker as never } },
      service,
    );
    expect([[...state.all()].length, service.calls.length]).toEqual([3, 0]);
  });

  it.each([
    ['one further page', 3, 10, 1],
    ['pages to the last one', 2, 3, 3],
    ['an empty first page', 0, 4, 3],
  ])('reads %s, with the token of the invocation', async (_, firstPageItems, pageItems, pages) => {
    const service = Object.assign(serviceWithSteps(9), { firstPageItems, pageItems });
    const event = service.event();
    const state = await loadInitialState(event, service);
    expect([...state.all()]).toHaveLength(10);
    expect(service.calls).toHaveLength(pages);
    for (const { request } of service.calls) {
      expect(request).toMatchObject({ CheckpointToken: event.CheckpointToken, MaxItems: 1000 });
    }
  });

  it('finds the EXECUTION operation on a later page', async () => {
    const service = Object.assign(serviceWithSteps(3), { firstPageItems: 0, pageItems: 2 });
    const execution = [...service.operations.values()][0]!;
    service.operations.delete(execution.Id);
    service.operations.set(execution.Id, execution);
    const state = await loadInitialState(service.event(), service);
    expect(state.executionOperation(execution.Id)).toBe(execution);
  });

  it.each([
    ['no state at all', undefined],
    ['a state that is a text', 'x'],
    ['a state that is a list', []],
    ['no operations', {}],
    ['operations that are no list', { Operations: {} }],
    ['an operation that is null', { Operations: [null] }],
    ['an operation without an id', { Operations: [{ Type: 'STEP', Status: 'STARTED' }] }],
    ['a marker that is a number', { Operations: [], NextMarker: 5 }],
  ])('refuses an event that brings %s', async (_, InitialExecutionState) => {
    const service = new MemoryService();
    const loading = loadInitialState({ ...service.event(), InitialExecutionState } as never, service);
    await expect(loading).rejects.toBeInstanceOf(UnreadableStateError);
    expect(service.calls).toEqual([]);
  });

  it.each([
    ['a page that is no answer', () => ({}), 1],
    ['the marker of the event again', () => ({ Operations: [], NextMarker: '1' }), 1],
    ['a marker from further back', (number: number) => ({ Operations: [], NextMarker: `m${number % 3}` }), 4],
  ])('stops at %s', async (_, answer, pages) => {
    const service = Object.assign(serviceWithSteps(9), { firstPageItems: 1 });
    service.interfere = (_call, number) => answer(number);
    const loading = loadInitialState(service.event(), service);
    await expect(loading).rejects.toMatchObject({ name: 'GetExecutionStateError', rule: 'unanswered' });
    expect(service.calls).toHaveLength(pages);
  });

  it('accepts moments in every form, since only those who need one parse it', async () => {
    const service = new MemoryService();
    const moments = [1_767_356_935_010, '1767356935010', '2026-01-02T12:28:55.010Z', new Date(), 'no moment', null];
    const operations = moments.map((StartTimestamp, at) => ({
      Id: `step-${at}`,
      Type: OperationType.STEP,
      Status: OperationStatus.STARTED,
      StartTimestamp,
    })) as Operation[];
    const state = await loadInitialState(
      { ...service.event(), InitialExecutionState: { Operations: operations } },
      service,
    );
    expect([...state.all()]).toHaveLength(moments.length);
  });

  it('wraps what a page failed with, whichever page it was', async () => {
    const service = Object.assign(serviceWithSteps(9), { firstPageItems: 1, pageItems: 3 });
    service.interfere = (_, number) => {
      if (number === 2) throw awsError('KMSNotFoundException', 502, 'no such key');
    };
    const loading = loadInitialState(service.event(), service);
    await expect(loading).rejects.toBeInstanceOf(GetExecutionStateError);
    await expect(loading).rejects.toMatchObject({
      code: 'KMSNotFoundException',
      httpStatus: 502,
      requestId: 'aws-502',
    });
    expect(service.calls).toHaveLength(2);
  });
});
