import { closeExecution } from './close-execution.js';
import { Play, update } from './testing-fixtures/play.js';
import { timersOf } from './timers.js';

const { step, callback, wait, execution } = update;
const CRASH = { kind: 'failed', errorType: 'Runtime.ExitError', errorMessage: 'exit status 1' } as const;
const THROWN = { kind: 'failed', errorType: 'TypeError', errorMessage: 'no', stackTrace: ['at f'] } as const;

function begun(options?: ConstructorParameters<typeof Play>[0]): Play {
  const play = new Play(options);
  play.begin();
  return play;
}

describe('the first invocation', () => {
  it('is asked for by the start, and told the EXECUTION operation as new', () => {
    const play = new Play({ input: '{"a":1}' });
    expect(play.effects).toContainEqual({ kind: 'wake' });
    const event = play.begin();
    expect(event.page.records.map(({ operation }) => operation)).toEqual([
      {
        Id: play.state.start.id,
        Name: 'n',
        Type: 'EXECUTION',
        Status: 'STARTED',
        StartTimestamp: play.nowMs,
        ExecutionDetails: { InputPayload: '{"a":1}' },
      },
    ]);
    expect(event.updatedIds).toEqual([play.state.start.id]);
  });
});

describe('an output', () => {
  it.each([
    ['no object', 3, 'Invalid Status in invocation output.'],
    ['nothing', null, 'Invalid Status in invocation output.'],
    ['a proxy response', { statusCode: 200, body: '' }, 'Invalid Status in invocation output.'],
    ['another status', { Status: 'RETRY' }, 'Invalid Status in invocation output.'],
    ['FAILED with a result', { Status: 'FAILED', Result: '1' }, 'Cannot provide a Result for FAILED status.'],
    ['SUCCEEDED with an error', { Status: 'SUCCEEDED', Error: {} }, 'Cannot provide an Error for SUCCEEDED status.'],
    ['PENDING with nothing pending', { Status: 'PENDING' }, 'Cannot return PENDING status with no pending operations.'],
    [
      'a result that is too large',
      { Status: 'SUCCEEDED', Result: 'x'.repeat(1_048_577) },
      'Execution output payload size must be less than or equal to 1048576 bytes.',
    ],
  ])('that is %s fails the invocation, and the execution after the fourth', (_, output, ErrorMessage) => {
    const play = new Play();
    for (let attempt = 1; attempt <= 4; attempt += 1) {
      expect(play.state.progress.status).toBe('RUNNING');
      play.begin();
      play.end({ kind: 'returned', payload: JSON.stringify(output) });
      play.fire('invocation-retry');
    }
    expect(play.state.progress).toMatchObject({
      status: 'FAILED',
      error: { ErrorType: 'InvalidParameterValueException', ErrorMessage },
    });
    expect(play.history.slice(-2)).toEqual(['InvocationCompleted', 'ExecutionFailed']);
  });

  it('may carry null for absent, and members nobody knows', () => {
    const play = begun();
    play.end({ Status: 'SUCCEEDED', Result: '1', Error: null, Plugin: {} });
    expect(play.state.progress).toMatchObject({ status: 'SUCCEEDED', result: '1' });
  });

  it('ends the execution after the invocation', () => {
    const play = begun();
    play.end({ Status: 'FAILED', Error: { ErrorType: 'E', ErrorMessage: 'm', Extra: 1 } });
    expect(play.events.slice(-2)).toMatchObject([
      {
        type: 'InvocationCompleted',
        details: { RequestId: 'request-1', Error: { Payload: { ErrorType: 'E', ErrorMessage: 'm' } } },
      },
      { type: 'ExecutionFailed', details: { Error: { Payload: { ErrorType: 'E', ErrorMessage: 'm' } } } },
    ]);
    expect(play.effects.at(-1)).toEqual({ kind: 'closed' });
  });

  it('does not change what an EXECUTION checkpoint settled, which stands before the invocation', () => {
    const play = begun();
    play.checkpoint(execution('SUCCEED', { Payload: '"kept"' }));
    play.end({ Status: 'FAILED' });
    expect(play.state.progress).toMatchObject({ status: 'SUCCEEDED', result: '"kept"', running: undefined });
    expect(play.history).toEqual(['ExecutionStarted', 'ExecutionSucceeded', 'InvocationCompleted']);
  });
});

describe('PENDING', () => {
  it('suspends while something is pending', () => {
    const play = begun();
    play.checkpoint(callback('c'));
    play.effects.length = 0;
    play.end({ Status: 'PENDING' });
    expect([play.effects, play.state.progress.status]).toEqual([[], 'RUNNING']);
    expect(play.state.progress.token).toBeUndefined();
  });

  it('is followed by another invocation when something completed that the function was not told', () => {
    const play = begun();
    play.checkpoint(wait('w'));
    play.fire('wait', 'w');
    play.effects.length = 0;
    play.end({ Status: 'PENDING' });
    expect(play.effects).toEqual([{ kind: 'wake' }]);
    expect(play.begin().updatedIds).toEqual(['w']);
  });

  it('is not, when a checkpoint told it', () => {
    const play = begun();
    play.checkpoint(wait('w'), callback('c'));
    play.fire('wait', 'w');
    play.checkpoint();
    play.effects.length = 0;
    play.end({ Status: 'PENDING' });
    expect(play.effects).toEqual([]);
  });

  it('keeps telling what changed until an invocation ended well', () => {
    const play = begun();
    play.checkpoint(wait('w'));
    play.end({ Status: 'PENDING' });
    play.fire('wait', 'w');
    expect(play.begin().updatedIds).toEqual(['w']);
    play.end(CRASH);
    expect(play.begin().updatedIds).toEqual(['w']);
    play.checkpoint(callback('c'));
    play.end({ Status: 'PENDING' });
    play.fire('callback-timeout', 'c');
    expect(play.begin().updatedIds).toEqual(['c']);
  });
});

describe('a failed invocation', () => {
  /** Milliseconds until each next try, as long as there is one. */
  function delaysOf(result: typeof CRASH | typeof THROWN, policy = {}): number[] {
    const play = new Play();
    const delays: number[] = [];
    for (;;) {
      play.begin();
      play.end(result, policy);
      if (play.state.progress.retryAtMs === undefined) return delays;
      delays.push(play.state.progress.retryAtMs - play.nowMs);
      play.fire('invocation-retry');
    }
  }

  it('is repeated with growing delays, nine times', () => {
    expect(delaysOf(THROWN)).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60].map((seconds) => seconds * 1000));
  });

  it('is repeated at once three times when the sandbox broke', () => {
    expect(delaysOf(CRASH, { maxAttempts: 6 })).toEqual([0, 0, 0, 1_000, 2_000]);
  });

  it('is treated like an error of the handler when it timed out', () => {
    expect(delaysOf({ ...CRASH, errorType: 'Sandbox.Timedout' } as never, { maxAttempts: 2 })).toEqual([1_000]);
  });

  it('gives the execution its error when no try is left', () => {
    const play = begun();
    play.end(THROWN, { maxAttempts: 1 });
    expect(play.state.progress).toMatchObject({
      status: 'FAILED',
      error: { ErrorType: 'TypeError', ErrorMessage: 'no', StackTrace: ['at f'] },
    });
    expect(play.events.at(-2)).toMatchObject({
      type: 'InvocationCompleted',
      details: { Error: { Payload: { ErrorType: 'TypeError' } } },
    });
  });

  it('counts anew after one that ended well', () => {
    const play = begun();
    play.checkpoint(callback('c'));
    play.end(THROWN);
    play.begin();
    play.end({ Status: 'PENDING' });
    expect(play.state.progress.failures).toBe(0);
  });
});

describe('an execution', () => {
  it('is timed out by its own timer, whatever is open', () => {
    const play = begun({ executionTimeoutSeconds: 10 });
    play.checkpoint(wait('w', 60));
    play.fire('execution-timeout');
    expect(play.state.progress).toMatchObject({
      status: 'TIMED_OUT',
      error: { ErrorMessage: 'Execution timed out after 10 seconds.' },
    });
    expect(play.events.at(-1)).toMatchObject({ type: 'ExecutionTimedOut', details: {} });
    play.end({ Status: 'PENDING' });
    expect(play.history.slice(-2)).toEqual(['ExecutionTimedOut', 'InvocationCompleted']);
  });

  it('lasts 15 minutes at most when started synchronously', () => {
    const play = new Play({ synchronous: true, executionTimeoutSeconds: 3_600 });
    expect(timersOf(play.state)).toEqual([
      { purpose: 'execution-timeout', operationId: '', atMs: play.nowMs + 900_000 },
    ]);
  });

  it('has one timer for each thing it waits for, which a restart finds again', () => {
    const play = begun();
    play.checkpoint(
      wait('w', 5),
      callback('c', { CallbackOptions: { TimeoutSeconds: 20, HeartbeatTimeoutSeconds: 10 } }),
      step('s', 'RETRY', { StepOptions: { NextAttemptDelaySeconds: 3 } }),
    );
    play.end(THROWN);
    const scheduled = play.effects.flatMap((effect) => (effect.kind === 'schedule' ? [effect.timer] : []));
    expect(new Set(timersOf(play.state))).toEqual(new Set(scheduled));
    expect(scheduled).toHaveLength(6);
  });

  it('that is stopped keeps its operations as they are and accepts nothing more', () => {
    const play = begun();
    play.checkpoint(step('a', 'START'), wait('w'));
    play.run((draft) => closeExecution(draft, { status: 'STOPPED', error: { ErrorType: 'Admin' } }));
    play.fire('wait', 'w');
    expect([play.operation('a')?.Status, play.operation('w')?.Status]).toEqual(['STARTED', 'STARTED']);
    expect(() => play.checkpoint()).toThrow('Invalid checkpoint token');
    expect(play.history.at(-1)).toBe('ExecutionStopped');
  });
});
