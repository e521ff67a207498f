import { ExecutionState } from '../../engine/state/execution-state.js';
import type { Operation } from '../../wire/operation.js';
import { admissionOf, GUARDS_STEP } from './admission.js';

function stateOf(...operations: Array<Partial<Operation>>): ExecutionState {
  const state = new ExecutionState();
  const all = [{ Type: 'EXECUTION', Status: 'STARTED' }, ...operations];
  state.merge(all.map((operation, index) => ({ Id: String(index), ...operation }) as Operation));
  return state;
}

describe('admissionOf', () => {
  it('is not given while nothing was saved', () => {
    expect(admissionOf(stateOf())).toEqual({ isAdmitted: false, isRecorded: false, properties: {} });
  });

  it('is given once any operation was begun', () => {
    const state = stateOf({ Type: 'WAIT', Status: 'STARTED' });
    expect(admissionOf(state)).toEqual({ isAdmitted: true, isRecorded: false, properties: {} });
  });

  it('brings back what guards have put on the request', () => {
    const StepDetails = { Result: '{"user":{"id":7}}' };
    const state = stateOf({ Type: 'STEP', Name: GUARDS_STEP, Status: 'SUCCEEDED', StepDetails });
    expect(admissionOf(state)).toEqual({ isAdmitted: true, isRecorded: true, properties: { user: { id: 7 } } });
  });

  it('is not given when that was not saved to the end', () => {
    const state = stateOf({ Type: 'STEP', Name: GUARDS_STEP, Status: 'STARTED' });
    expect(admissionOf(state)).toEqual({ isAdmitted: false, isRecorded: true, properties: {} });
  });
});
