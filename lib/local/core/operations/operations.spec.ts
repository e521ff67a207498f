import type { Effect } from '../effect.js';
import { beatCallback, failCallback, succeedCallback } from './callback.js';
import { completeChained } from './chained-invoke.js';
import { Play, update } from '../testing-fixtures/play.js';
import type { OperationRecord } from '../execution-state.js';

const { step, context, callback, wait, cancelWait, invoke, retry } = update;

function begun(options?: ConstructorParameters<typeof Play>[0]): Play {
  const play = new Play(options);
  play.begin();
  return play;
}

const recordOf = (play: Play, id: string) => play.state.operations.get(id) as OperationRecord;
const effectsOf = (play: Play, kind: Effect['kind']) => play.effects.filter((effect) => effect.kind === kind);

describe('a step', () => {
  it('counts attempts when they end, and keeps what it reported on its way to READY and to the next start', () => {
    const play = begun();
    play.checkpoint(step('a', 'START'));
    expect(play.operation('a')).toMatchObject({ Status: 'STARTED', StepDetails: { Attempt: 0 } });

    play.checkpoint(retry('a', { Payload: '"polled"' }, 5));
    const retryAtMs = play.nowMs + 5_000;
    expect(play.operation('a')).toMatchObject({
      Status: 'PENDING',
      StepDetails: { Attempt: 1, NextAttemptTimestamp: retryAtMs, Result: '"polled"' },
    });
    expect(effectsOf(play, 'schedule').at(-1)).toEqual({
      kind: 'schedule',
      timer: { purpose: 'step-retry', operationId: 'a', atMs: retryAtMs },
    });

    play.nowMs = retryAtMs;
    play.fire('step-retry', 'a');
    expect(play.operation('a')).toMatchObject({ Status: 'READY', StepDetails: { Attempt: 1, Result: '"polled"' } });
    expect(play.operation('a')?.StepDetails).not.toHaveProperty('NextAttemptTimestamp');

    play.checkpoint(step('a', 'START'));
    expect(play.operation('a')).toMatchObject({ Status: 'STARTED', StepDetails: { Attempt: 1, Result: '"polled"' } });
    play.checkpoint(step('a', 'SUCCEED', { Payload: '"done"' }));
    expect(play.operation('a')).toMatchObject({
      Status: 'SUCCEEDED',
      EndTimestamp: play.nowMs,
      StepDetails: { Attempt: 2, Result: '"done"' },
    });
  });

  it('records a poll as success, a failed attempt as failure, and nothing for READY', () => {
    const play = begun();
    play.checkpoint(step('a', 'START'), retry('a', { Payload: '1' }, 3));
    play.fire('step-retry', 'a');
    play.checkpoint(step('a', 'START'), retry('a', { Error: { ErrorType: 'E' } }, 4));
    play.fire('step-retry', 'a');
    play.checkpoint(step('a', 'START'), step('a', 'FAIL', { Error: { ErrorType: 'F' } }));
    expect(play.events.slice(1)).toMatchObject([
      { type: 'StepStarted', details: {} },
      {
        type: 'StepSucceeded',
        details: {
          Result: { Payload: '1', Truncated: false },
          RetryDetails: { CurrentAttempt: 1, NextAttemptDelaySeconds: 3 },
        },
      },
      { type: 'StepStarted' },
      {
        type: 'StepFailed',
        details: {
          Error: { Payload: { ErrorType: 'E' } },
          RetryDetails: { CurrentAttempt: 2, NextAttemptDelaySeconds: 4 },
        },
      },
      { type: 'StepStarted' },
      { type: 'StepFailed', details: { Error: { Payload: { ErrorType: 'F' } }, RetryDetails: { CurrentAttempt: 3 } } },
    ]);
  });
});

describe('a wait', () => {
  it('succeeds by its timer and is told to the function', () => {
    const play = begun();
    play.checkpoint(wait('w', 7));
    play.nowMs += 7_000;
    play.fire('wait', 'w');
    expect(play.operation('w')).toMatchObject({
      Status: 'SUCCEEDED',
      EndTimestamp: play.nowMs,
      WaitDetails: { ScheduledEndTimestamp: play.nowMs },
    });
    expect(play.checkpoint().operations.map(({ operation }) => operation.Id)).toEqual(['w']);
    expect(play.events.slice(1)).toMatchObject([
      { type: 'WaitStarted', details: { Duration: 7, ScheduledEndTimestamp: play.nowMs } },
      { type: 'WaitSucceeded', details: { Duration: 7 } },
    ]);
  });

  it('can be cancelled, which its timer does not survive', () => {
    const play = begun();
    play.checkpoint(wait('w'));
    play.checkpoint(cancelWait('w'));
    play.fire('wait', 'w');
    expect(play.operation('w')?.Status).toBe('CANCELLED');
    expect(play.history.slice(1)).toEqual(['WaitStarted', 'WaitCancelled']);
    expect(effectsOf(play, 'unschedule')).toEqual([
      { kind: 'unschedule', timer: { purpose: 'wait', operationId: 'w' } },
    ]);
  });
});

describe('a callback', () => {
  it('takes a result or, for an empty body, none', () => {
    const play = begun();
    play.checkpoint(callback('a'), callback('b'));
    play.run((draft) => succeedCallback(draft, recordOf(play, 'a'), 'yes'));
    play.run((draft) => succeedCallback(draft, recordOf(play, 'b'), undefined));
    expect(play.operation('a')).toMatchObject({ Status: 'SUCCEEDED', CallbackDetails: { Result: 'yes' } });
    expect(play.operation('b')?.CallbackDetails).toEqual({ CallbackId: expect.any(String) });
  });

  it('tells timeouts only when it has them', () => {
    const play = begun();
    play.checkpoint(
      callback('a'),
      callback('b', { CallbackOptions: { TimeoutSeconds: 9, HeartbeatTimeoutSeconds: 3 } }),
    );
    const [, plain, timed] = play.events;
    expect(plain?.details).toEqual({ CallbackId: expect.stringMatching(/^[A-Za-z0-9+/]+={0,2}$/) });
    expect(timed?.details).toEqual({ CallbackId: expect.any(String), Timeout: 9, HeartbeatTimeout: 3 });
  });

  it.each([
    ['callback-timeout', { ErrorType: 'Callback.Timeout', ErrorMessage: 'Callback timed out' }],
    ['callback-heartbeat', { ErrorType: 'Callback.Heartbeat', ErrorMessage: 'Callback timed out on heartbeat' }],
  ] as const)(
    'times out (%s) with the message on the operation and the type alone in the history',
    (purpose, error) => {
      const play = begun();
      play.checkpoint(callback('a', { CallbackOptions: { TimeoutSeconds: 9, HeartbeatTimeoutSeconds: 3 } }));
      play.fire(purpose, 'a');
      expect(play.operation('a')).toMatchObject({ Status: 'TIMED_OUT', CallbackDetails: { Error: error } });
      expect(play.events.at(-1)).toMatchObject({
        type: 'CallbackTimedOut',
        details: { Error: { Payload: { ErrorType: error.ErrorType }, Truncated: false } },
      });
      expect(play.events.at(-1)?.details.Error?.Payload).not.toHaveProperty('ErrorMessage');
    },
  );

  it('starts its heartbeat timer anew at each beat, without telling the function', () => {
    const play = begun();
    play.checkpoint(callback('a', { CallbackOptions: { HeartbeatTimeoutSeconds: 3 } }));
    play.nowMs += 2_000;
    play.run((draft) => beatCallback(draft, recordOf(play, 'a')));
    expect(effectsOf(play, 'schedule').at(-1)).toMatchObject({
      timer: { purpose: 'callback-heartbeat', atMs: play.nowMs + 3_000 },
    });
    expect(play.checkpoint().operations).toEqual([]);
  });

  it('that failed is told with its error', () => {
    const play = begun();
    play.checkpoint(callback('a'));
    play.run((draft) => failCallback(draft, recordOf(play, 'a'), { ErrorType: 'No' }));
    expect(play.checkpoint().operations[0]?.operation).toMatchObject({
      Status: 'FAILED',
      CallbackDetails: { Error: { ErrorType: 'No' } },
    });
  });
});

describe('a chained invoke', () => {
  const functions = [{ name: 'plain' }, { name: 'durable', durable: { executionTimeoutSeconds: 30 } }];

  it('of a plain function runs it at its latest version unless told otherwise', () => {
    const play = begun({ functions });
    play.checkpoint(invoke('a', 'plain', { Payload: '{}' }), invoke('b', 'plain:4'));
    expect(effectsOf(play, 'run-target')).toMatchObject([
      { operationId: 'a', target: { functionName: 'plain', version: '$LATEST', input: '{}' } },
      { operationId: 'b', target: { functionName: 'plain', version: '4' } },
    ]);
    expect(play.events.slice(1)).toMatchObject([
      { details: { FunctionName: 'plain', Input: { Payload: '{}' }, ExecutedVersion: '$LATEST' } },
      { details: { FunctionName: 'plain:4', ExecutedVersion: '4' } },
    ]);
    expect(play.events.at(-1)?.details).not.toHaveProperty('Input');
  });

  it('of a durable function starts an execution that knows its parent', () => {
    const play = begun({ functions });
    play.checkpoint(
      invoke('a', 'durable:$LATEST', {
        Payload: '1',
        ChainedInvokeOptions: { FunctionName: 'durable:$LATEST', TenantId: 't' },
      }),
    );
    const [started] = effectsOf(play, 'start-child') as Extract<Effect, { kind: 'start-child' }>[];
    expect(started?.start).toMatchObject({
      functionName: 'durable',
      input: '1',
      synchronous: false,
      timeoutSeconds: 30,
      tenantId: 't',
      parent: { executionId: play.state.start.id, operationId: 'a' },
    });
    expect(play.events.at(-1)?.details).toMatchObject({ TenantId: 't', DurableExecutionArn: started?.start.arn });
  });

  it.each([
    [
      'nobody',
      'ResourceNotFoundException',
      'Function not found: arn:aws:lambda:us-east-1:123456789012:function:nobody:$LATEST',
    ],
    [
      'nobody:3',
      'ResourceNotFoundException',
      'Function not found: arn:aws:lambda:us-east-1:123456789012:function:nobody:3',
    ],
    ['durable', 'InvalidParameterValueException', 'You cannot invoke a durable function using an unqualified ARN.'],
  ])('of %s has failed in the very answer to its START', (name, ErrorType, ErrorMessage) => {
    const play = begun({ functions });
    const { operations } = play.checkpoint(invoke('a', name, { Payload: '1' }));
    expect(operations[0]?.operation).toMatchObject({
      Status: 'FAILED',
      EndTimestamp: play.nowMs,
      ChainedInvokeDetails: { Error: { ErrorType, ErrorMessage } },
    });
    expect(play.events.slice(1)).toMatchObject([
      { type: 'ChainedInvokeStarted', details: { FunctionName: name } },
      { type: 'ChainedInvokeFailed', details: { Error: { Payload: { ErrorType } } } },
    ]);
    expect(Object.keys(play.events[1]?.details ?? {})).toEqual(['FunctionName']);
  });

  it.each([
    ['SUCCEEDED', { result: '42' }, 'ChainedInvokeSucceeded'],
    ['FAILED', { error: { ErrorType: 'E' } }, 'ChainedInvokeFailed'],
    ['STOPPED', { error: {} }, 'ChainedInvokeStopped'],
    ['TIMED_OUT', { error: { ErrorType: 'ChainedInvoke.Timeout' } }, 'ChainedInvokeTimedOut'],
  ] as const)('ends %s like its target', (status, outcome, event) => {
    const play = begun({ functions });
    play.checkpoint(invoke('a', 'plain'));
    play.run((draft) => completeChained(draft, recordOf(play, 'a'), { status, ...outcome } as never));
    expect(play.operation('a')).toMatchObject({ Status: status });
    expect(play.history.at(-1)).toBe(event);
  });

  it('fails when the output is over 1 MiB', () => {
    const play = begun({ functions });
    play.checkpoint(invoke('a', 'plain'));
    play.run((draft) =>
      completeChained(draft, recordOf(play, 'a'), { status: 'SUCCEEDED', result: 'x'.repeat(1_048_577) }),
    );
    expect(play.operation('a')?.ChainedInvokeDetails?.Error?.ErrorMessage).toBe(
      'CHAINED_INVOKE output payload size must be less than or equal to 1048576 bytes.',
    );
  });
});

describe('a context', () => {
  it('keeps result, error and the wish for its children when it closes', () => {
    const play = begun();
    play.checkpoint(context('a', 'START'), context('b', 'START'));
    play.checkpoint(
      context('a', 'SUCCEED', { Payload: '', ContextOptions: { ReplayChildren: true } }),
      context('b', 'FAIL', { Error: { ErrorType: 'E' } }),
    );
    expect(play.operation('a')).toMatchObject({
      Status: 'SUCCEEDED',
      ContextDetails: { ReplayChildren: true, Result: '' },
    });
    expect(play.operation('b')).toMatchObject({ Status: 'FAILED', ContextDetails: { Error: { ErrorType: 'E' } } });
  });

  it('hides operations that start below it after it closed', () => {
    const play = begun();
    play.checkpoint(context('a', 'START'), context('a', 'SUCCEED'));
    play.checkpoint(step('late', 'START', { ParentId: 'a' }));
    expect(play.state.pruned.has('late')).toBe(true);
  });
});
