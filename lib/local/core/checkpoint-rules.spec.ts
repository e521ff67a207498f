import type { OperationUpdate } from '../../wire/operation.js';
import { Play, update } from './testing-fixtures/play.js';

const KIB = 1024;
const { step, context, callback, wait, cancelWait, invoke, retry, execution } = update;

/**
 * Every content rule of the service: what was recorded before, what
 * is sent, how it is refused.
 */
const REFUSALS: readonly [message: string, before: OperationUpdate[], sent: OperationUpdate[]][] = [
  ['Cannot checkpoint multiple EXECUTION updates.', [], [execution('SUCCEED'), execution('SUCCEED')]],
  ['EXECUTION checkpoint must be the last update.', [], [execution('SUCCEED'), step('a', 'START')]],
  ['Invalid EXECUTION action.', [], [execution('START')]],
  ['Invalid EXECUTION action.', [], [execution('RETRY')]],
  ['Invalid EXECUTION action.', [], [execution('CANCEL')]],
  ['Cannot update the same operation twice in a single request.', [], [step('a', 'START'), step('a', 'START')]],
  ['Cannot update the same operation twice in a single request.', [], [step('a', 'SUCCEED'), step('a', 'START')]],
  [
    'Cannot update the same operation twice in a single request.',
    [],
    [step('a', 'START'), step('a', 'SUCCEED'), step('a', 'FAIL')],
  ],
  ['Cannot update the same operation twice in a single request.', [], [wait('a'), cancelWait('a')]],
  ['Cannot update the same operation twice in a single request.', [], [step('a', 'START'), context('a', 'SUCCEED')]],
  ['Invalid parent operation id.', [], [step('a', 'START', { ParentId: 'p' })]],
  ['Invalid parent operation id.', [step('p', 'START')], [step('a', 'START', { ParentId: 'p' })]],
  ['Invalid parent operation id.', [], [step('a', 'START', { ParentId: 'p' }), context('p', 'START')]],
  ['Inconsistent operation type.', [step('a', 'START')], [context('a', 'SUCCEED')]],
  [
    'Inconsistent operation subtype.',
    [step('a', 'START', { SubType: 'Step' })],
    [step('a', 'SUCCEED', { SubType: 'WaitForCondition' })],
  ],
  ['Inconsistent operation name.', [step('a', 'START', { Name: 'one' })], [step('a', 'SUCCEED', { Name: 'two' })]],
  ['Inconsistent operation name.', [step('a', 'START')], [step('a', 'SUCCEED', { Name: 'two' })]],
  [
    'Inconsistent parent operation id.',
    [context('p', 'START'), context('q', 'START'), step('a', 'START', { ParentId: 'p' })],
    [step('a', 'SUCCEED', { ParentId: 'q' })],
  ],
  ['Invalid action for the given operation type.', [], [step('a', 'CANCEL')]],
  ['Invalid action for the given operation type.', [], [context('a', 'RETRY')]],
  ['Invalid action for the given operation type.', [], [context('a', 'CANCEL')]],
  ['Invalid action for the given operation type.', [], [{ ...wait('a'), Action: 'SUCCEED' }]],
  ['Invalid action for the given operation type.', [callback('a')], [{ ...callback('a'), Action: 'CANCEL' }]],
  ['Invalid action for the given operation type.', [callback('a')], [{ ...callback('a'), Action: 'SUCCEED' }]],
  ['Invalid action for the given operation type.', [], [{ ...invoke('a', 'f'), Action: 'FAIL' }]],
  ['Invalid current STEP state to start.', [step('a', 'START')], [step('a', 'START')]],
  ['Invalid current STEP state to start.', [retry('a')], [step('a', 'START')]],
  ['Invalid current STEP state to start.', [step('a', 'SUCCEED')], [step('a', 'START')]],
  ['Invalid current STEP state to close.', [step('a', 'SUCCEED')], [step('a', 'SUCCEED')]],
  ['Invalid current STEP state to close.', [step('a', 'FAIL')], [step('a', 'FAIL')]],
  ['Invalid current STEP state to close.', [retry('a')], [step('a', 'SUCCEED')]],
  ['Invalid current STEP state to re-attempt.', [retry('a')], [retry('a')]],
  ['Invalid current STEP state to re-attempt.', [step('a', 'FAIL')], [retry('a')]],
  ['Invalid StepOptions for the given action.', [], [step('a', 'RETRY')]],
  ['Invalid StepOptions for the given action.', [], [step('a', 'RETRY', { StepOptions: {} })]],
  [
    'Invalid StepOptions for the given action.',
    [],
    [step('a', 'START', { StepOptions: { NextAttemptDelaySeconds: 1 } })],
  ],
  [
    'Invalid StepOptions for the given action.',
    [],
    [context('a', 'START', { StepOptions: { NextAttemptDelaySeconds: 1 } })],
  ],
  ['Cannot provide both error and payload to RETRY a STEP.', [], [retry('a', { Error: {}, Payload: '1' })]],
  ['Cannot provide an Error for SUCCEED action.', [], [step('a', 'SUCCEED', { Error: {} })]],
  ['Cannot provide an Error for SUCCEED action.', [], [execution('SUCCEED', { Error: {} })]],
  ['Cannot provide a Payload for FAIL action.', [], [step('a', 'FAIL', { Payload: '1' })]],
  ['Cannot provide a Payload for FAIL action.', [context('a', 'START')], [context('a', 'FAIL', { Payload: '1' })]],
  ['Cannot start a CONTEXT that already exist.', [context('a', 'START')], [context('a', 'START')]],
  ['Cannot start a WAIT that already exist.', [wait('a')], [wait('a')]],
  ['Cannot start a CALLBACK that already exist.', [callback('a')], [callback('a')]],
  ['Cannot start a CHAINED_INVOKE that already exist.', [invoke('a', 'f')], [invoke('a', 'f')]],
  ['Invalid current CONTEXT state to close.', [], [context('a', 'SUCCEED')]],
  ['Invalid current CONTEXT state to close.', [context('a', 'START'), context('a', 'FAIL')], [context('a', 'FAIL')]],
  ['Update for WAIT operation requires WaitOptions.', [], [wait('a', 1, { WaitOptions: undefined })]],
  [
    'Update for CHAINED_INVOKE operation requires ChainedInvokeOptions.',
    [],
    [invoke('a', 'f', { ChainedInvokeOptions: undefined })],
  ],
  ['Cannot cancel a WAIT that does not exist or has already completed.', [], [cancelWait('a')]],
  [
    'Cannot start a CHAINED_INVOKE on a function in another account.',
    [],
    [invoke('a', 'arn:aws:lambda:us-east-1:210987654321:function:f:1')],
  ],
  [
    'Cannot start a CHAINED_INVOKE on a function in another region.',
    [],
    [invoke('a', 'arn:aws:lambda:eu-west-1:123456789012:function:f:1')],
  ],
  ["Invalid function ARN 'arn:aws:lambda'", [], [invoke('a', 'arn:aws:lambda')]],
  [
    'STEP output payload size must be less than or equal to 262144 bytes.',
    [],
    [step('a', 'SUCCEED', { Payload: 'x'.repeat(256 * KIB + 1) })],
  ],
  [
    'STEP output payload size must be less than or equal to 262144 bytes.',
    [],
    [retry('a', { Payload: 'ü'.repeat(128 * KIB + 1) })],
  ],
  [
    'CONTEXT output payload size must be less than or equal to 262144 bytes.',
    [context('a', 'START')],
    [context('a', 'SUCCEED', { Payload: 'x'.repeat(256 * KIB + 1) })],
  ],
  [
    'CHAINED_INVOKE input payload size must be less than or equal to 1048576 bytes.',
    [],
    [invoke('a', 'f', { Payload: 'x'.repeat(KIB * KIB + 1) })],
  ],
  [
    'Execution output payload size must be less than or equal to 1048576 bytes.',
    [],
    [execution('SUCCEED', { Payload: 'x'.repeat(KIB * KIB + 1) })],
  ],
  [
    'Error object size must be less than or equal to 262144 bytes.',
    [],
    [step('a', 'FAIL', { Error: { ErrorMessage: 'x'.repeat(256 * KIB) } })],
  ],
];

describe('the moments of a history', () => {
  it('tell which batch ended an operation first, though the clock stands still', () => {
    const play = new Play();
    play.begin();
    for (const id of ['a', 'b', 'c']) play.checkpoint(update.step(id, 'SUCCEED'));
    play.checkpoint(update.wait('w', 5));
    const ends = ['a', 'b', 'c'].map((id) => Number(play.operation(id)?.EndTimestamp) - play.nowMs);
    expect(ends).toEqual([0, 1, 2]);
    expect(play.operation('w')?.WaitDetails?.ScheduledEndTimestamp).toBe(play.nowMs + 5_000);
    const moments = play.events.map(({ atMs }) => atMs);
    expect(moments).toEqual([...moments].sort((left, right) => left - right));
  });

  it('are those of the clock again as soon as it has caught up', () => {
    const play = new Play();
    play.begin();
    play.checkpoint(update.step('a', 'SUCCEED'));
    play.nowMs += 10;
    play.checkpoint(update.step('b', 'SUCCEED'), update.step('c', 'SUCCEED'));
    expect(play.operation('b')?.EndTimestamp).toBe(play.nowMs);
    expect(play.operation('c')?.EndTimestamp).toBe(play.nowMs);
  });
});

describe('a checkpoint is refused', () => {
  it.each(REFUSALS)('%s', (message, before, sent) => {
    const play = new Play({ functions: [{ name: 'f' }] });
    play.begin();
    for (const one of before) play.checkpoint(one);
    const { operations, progress } = play.state;
    const kept = { operations: new Map(operations), progress, events: play.events.length };

    expect(() => play.checkpoint(step('innocent', 'START'), ...sent)).toThrow(
      expect.objectContaining({ message, code: 'InvalidParameterValueException', httpStatus: 400 }),
    );

    expect({
      operations: new Map(play.state.operations),
      progress: play.state.progress,
      events: play.events.length,
    }).toEqual(kept);
  });
});

describe('a checkpoint is accepted', () => {
  it.each<[string, OperationUpdate[], OperationUpdate[]]>([
    ['START and a closing action of a step together', [], [step('a', 'START'), step('a', 'SUCCEED')]],
    ['START and RETRY of a step together', [], [step('a', 'START'), retry('a')]],
    ['START and a closing action of a context together', [], [context('a', 'START'), context('a', 'FAIL')]],
    [
      'a child of a context that starts in the same batch',
      [],
      [context('p', 'START'), step('a', 'START', { ParentId: 'p' })],
    ],
    ['a step that closes without having started', [], [step('a', 'FAIL')]],
    [
      'an update that leaves out name, subtype and parent',
      [step('a', 'START', { Name: 'n', SubType: 'Step' })],
      [step('a', 'SUCCEED')],
    ],
    ['a payload just within its limit', [], [step('a', 'SUCCEED', { Payload: 'x'.repeat(256 * KIB) })]],
  ])('with %s', (_, before, sent) => {
    const play = new Play();
    play.begin();
    for (const one of before) play.checkpoint(one);
    expect(play.checkpoint(...sent).token).toBeDefined();
  });

  it('up to the limits of operations and of stored bytes', () => {
    const play = new Play({ limits: { operationsPerExecution: 2, storedBytesPerExecution: 10 } });
    play.begin();
    play.checkpoint(step('a', 'START'), step('b', 'START'));
    expect(() => play.checkpoint(step('c', 'START'))).toThrow(
      'A durable execution cannot have more than 2 operations.',
    );
    play.checkpoint(step('a', 'SUCCEED', { Payload: '1234567890' }));
    expect(() => play.checkpoint(step('b', 'SUCCEED', { Payload: '1' }))).toThrow(
      'Durable execution storage must be less than or equal to 10 bytes.',
    );
  });

  it('with a result of 6 MiB when the execution was started synchronously', () => {
    const play = new Play({ synchronous: true });
    play.begin();
    play.checkpoint(execution('SUCCEED', { Payload: 'x'.repeat(6 * KIB * KIB) }));
    expect(play.state.progress.status).toBe('SUCCEEDED');
  });
});
