import { eventLine } from './event-line.js';

const line = (EventType: string, details: object = {}, subject: object = {}) => {
  const { glyph, text } = eventLine({ EventType, ...subject, [`${EventType}Details`]: details });
  return `${glyph} ${text}`;
};
const charge = { Id: 'a', Name: 'charge card', SubType: 'Step' };
const error = { Error: { Payload: { ErrorType: 'Declined', ErrorMessage: 'no\ncover' } } };

describe('eventLine', () => {
  it.each([
    [line('ExecutionStarted', { Input: { Payload: '{"id":7}' } }), '▸ execution started  {"id":7}'],
    [line('ExecutionFailed', error), '✗ execution failed  Declined: no cover'],
    [line('ExecutionTimedOut'), '✗ execution timed out'],
    [line('ExecutionStopped', error), '■ execution was stopped  Declined: no cover'],
    [line('StepStarted', {}, charge), '▸ charge card (Step) started'],
    [line('StepSucceeded', { Result: { Payload: '"p-1"' } }, charge), '✓ charge card (Step) succeeded  "p-1"'],
    [
      line('StepFailed', { ...error, RetryDetails: { CurrentAttempt: 1, NextAttemptDelaySeconds: 90 } }, charge),
      '↻ charge card (Step) failed, next attempt in 1 min 30 s  Declined: no cover',
    ],
    [
      line('StepSucceeded', { RetryDetails: { CurrentAttempt: 1, NextAttemptDelaySeconds: 5 } }, charge),
      '↻ charge card (Step) is not done, next attempt in 5 s',
    ],
    [line('WaitStarted', { Duration: 3600 }, { SubType: 'Wait' }), '▸ Wait started  1 h'],
    [line('CallbackStarted', { CallbackId: 'QUJD' }, { SubType: 'Callback' }), '▸ Callback started  callback id QUJD'],
    [line('ChainedInvokeStarted', { FunctionName: 'ship' }), '▸ ChainedInvoke started  ship'],
    [line('WaitCancelled', {}, { SubType: 'Wait' }), '■ Wait was cancelled'],
    [line('InvocationCompleted', { StartTimestamp: 1e9, EndTimestamp: 1e9 + 0.12 }), '· invocation ended after 120 ms'],
    [
      line('InvocationCompleted', { StartTimestamp: 1e9, EndTimestamp: 1e9 + 3, ...error }),
      '✗ invocation failed after 3 s  Declined: no cover',
    ],
    [
      line('ExecutionFailed', { Error: { Payload: { ErrorMessage: 'Invalid Status in invocation output.' } } }),
      '✗ execution failed  Invalid Status in invocation output. Create the handler by withDurableExecution() or ' +
        'createLambdaHandler(), or serve the function as one that is not durable.',
    ],
  ])('%s', (actual, expected) => {
    expect(actual).toBe(expected);
  });

  it('cuts payloads that are long', () => {
    expect(line('ExecutionStarted', { Input: { Payload: 'x'.repeat(200) } })).toBe(
      `▸ execution started  ${'x'.repeat(59)}…`,
    );
  });

  it('tells of pauses, and of what it does not know by its name', () => {
    const textOf = (event: object) => eventLine(event).text;
    const reason = { Reason: { Payload: 'maintenance', Truncated: false } };
    expect(textOf({ EventType: 'ExecutionPaused', ExecutionPausedDetails: reason })).toBe(
      'execution was paused  maintenance',
    );
    expect(textOf({ EventType: 'ExecutionResumed', ExecutionResumedDetails: {} })).toBe('execution was resumed');
    expect(textOf({ EventType: 'ExecutionDreams' })).toBe('ExecutionDreams');
  });
});
