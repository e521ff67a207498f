import { listeningIn, STOP_REQUEST, type StopRequestEvent } from './stop-request.js';

function event(type: string, more: Partial<StopRequestEvent> = {}): StopRequestEvent {
  return { type, name: undefined, subType: undefined, operationId: undefined, callbackId: undefined, ...more };
}

const request = { name: STOP_REQUEST.Name, subType: STOP_REQUEST.SubType, operationId: 'o-1' };
const began = event('ExecutionStarted', { operationId: 'execution' });
const step = event('StepStarted', { name: 'book', operationId: 'o-2' });
const listens = event('CallbackStarted', { ...request, callbackId: 'c-1' });

describe('listeningIn', () => {
  it.each([
    ['no operation yet', [began], 'not begun'],
    ['other operations only', [began, step], 'nothing'],
    ['a callback of the same name that is not the signal', [began, { ...listens, subType: 'Callback' }], 'nothing'],
    ['the open signal', [began, step, listens, step], { callbackId: 'c-1' }],
    ['the signal that was completed', [began, listens, event('CallbackSucceeded', request)], 'asked or ended'],
    ['the end of the execution', [began, listens, event('ExecutionStopped')], 'asked or ended'],
    ['an end before anything began', [began, event('ExecutionTimedOut')], 'asked or ended'],
  ])('finds in a history with %s how a request to stop would be taken', (_what, events, expected) => {
    expect(listeningIn(events)).toEqual(expected);
  });
});
