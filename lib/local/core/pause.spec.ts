import { closeExecution } from './close-execution.js';
import { deleteExecution } from './delete-execution.js';
import { abandonInvocation } from './invocation.js';
import { pauseExecution, resumeExecution } from './pause.js';
import { Play, update } from './testing-fixtures/play.js';
import { timersOf } from './timers.js';

const { step, wait, callback, execution } = update;
const CRASH = { kind: 'failed', errorType: 'TypeError', errorMessage: 'no' } as const;

const pause = (play: Play, request: Parameters<typeof pauseExecution>[1] = {}) =>
  play.run((draft) => pauseExecution(draft, request));
const resume = (play: Play, request: Parameters<typeof resumeExecution>[1] = {}) =>
  play.run((draft) => resumeExecution(draft, request));
const wakes = (play: Play) => play.effects.filter(({ kind }) => kind === 'wake').length;
const statusOf = (play: Play) => play.state.progress.status;

function waiting(): Play {
  const play = new Play();
  play.begin();
  play.checkpoint(wait('w', 5));
  play.end({ Status: 'PENDING' });
  return play;
}

describe('a pause while nothing of the function runs', () => {
  it('takes hold at once, and tells when it was asked for and why', () => {
    const play = waiting();
    pause(play, { reason: 'maintenance' });
    expect(statusOf(play)).toBe('PAUSED');
    expect(play.events.at(-1)).toMatchObject({
      type: 'ExecutionPaused',
      atMs: play.nowMs,
      details: {
        ExecutionTimeoutPaused: false,
        PauseRequestTimestamp: play.nowMs,
        Reason: { Payload: 'maintenance', Truncated: false },
      },
    });
  });

  it('lets timers go on, and invokes when it is resumed', () => {
    const play = waiting();
    pause(play);
    play.fire('wait', 'w');
    expect(play.operation('w')?.Status).toBe('SUCCEEDED');
    const before = wakes(play);
    resume(play, { reason: 'over' });
    expect(wakes(play)).toBe(before + 1);
    expect(statusOf(play)).toBe('RUNNING');
    expect(play.events.at(-1)).toMatchObject({
      type: 'ExecutionResumed',
      details: { ResumeRequestTimestamp: play.nowMs, Reason: { Payload: 'over', Truncated: false } },
    });
    expect(play.begin().updatedIds).toEqual(['w']);
  });

  it('does not invoke when nothing has completed meanwhile', () => {
    const play = waiting();
    pause(play);
    const before = wakes(play);
    resume(play);
    expect(wakes(play)).toBe(before);
    expect(statusOf(play)).toBe('RUNNING');
  });

  it('owes the try that came due while it was paused', () => {
    const play = new Play();
    play.begin();
    play.end(CRASH);
    pause(play);
    play.fire('invocation-retry');
    const before = wakes(play);
    resume(play);
    expect(wakes(play)).toBe(before + 1);
    expect(play.state.progress.retryAtMs).toBeUndefined();
  });

  it('ends with the execution: one that is paused can be stopped, and times out', () => {
    const stopped = waiting();
    pause(stopped);
    stopped.run((draft) => closeExecution(draft, { status: 'STOPPED', error: {} }));
    expect(stopped.state.progress).toMatchObject({ status: 'STOPPED', pause: undefined });

    const late = waiting();
    pause(late);
    late.fire('execution-timeout');
    expect(statusOf(late)).toBe('TIMED_OUT');
  });
});

describe('a pause while an invocation is in progress', () => {
  function begun(): Play {
    const play = new Play();
    play.begin();
    return play;
  }

  it('takes the next checkpoint, and answers it without a token', () => {
    const play = begun();
    pause(play);
    expect(statusOf(play)).toBe('PAUSING');
    const answer = play.checkpoint(step('s', 'SUCCEED', { Payload: '1' }));
    expect(answer.token).toBeUndefined();
    expect(statusOf(play)).toBe('PAUSED');
    expect(play.operation('s')?.Status).toBe('SUCCEEDED');
    expect(play.history.slice(-2)).toEqual(['StepSucceeded', 'ExecutionPaused']);
    expect(() => play.checkpoint(step('t', 'START'))).toThrow('Invalid checkpoint token');
  });

  it('ends that invocation as PENDING even with nothing pending, and invokes again when resumed', () => {
    const play = begun();
    pause(play);
    play.checkpoint(step('s', 'SUCCEED'));
    play.end({ Status: 'PENDING' });
    expect(play.state.progress).toMatchObject({ status: 'PAUSED', failures: 0 });
    expect(play.history.slice(-2)).toEqual(['ExecutionPaused', 'InvocationCompleted']);
    const before = wakes(play);
    resume(play);
    expect(wakes(play)).toBe(before + 1);
    play.begin();
    play.end({ Status: 'SUCCEEDED' });
    expect(statusOf(play)).toBe('SUCCEEDED');
  });

  it.each([{ Status: 'FAILED', Error: { ErrorType: 'E' } }, { Status: 'SUCCEEDED' }, CRASH])(
    'takes %j of an invocation that it has cut off for no outcome, and for no failure',
    (output) => {
      const play = begun();
      pause(play);
      play.checkpoint(step('s', 'SUCCEED'));
      play.end(output);
      expect(play.state.progress).toMatchObject({ status: 'PAUSED', failures: 0, retryAtMs: undefined });
    },
  );

  it('tells again what the answer without a token told', () => {
    const play = begun();
    play.checkpoint(callback('c'));
    play.checkpoint(wait('w', 5));
    pause(play);
    play.fire('wait', 'w');
    expect(play.checkpoint().operations.map(({ operation }) => operation.Id)).toEqual(['w']);
    play.end({ Status: 'PENDING' });
    resume(play);
    expect(play.begin().updatedIds).toContain('w');
  });

  it('waits for the end of an invocation that was cut off before it invokes again', () => {
    const play = begun();
    pause(play);
    play.checkpoint(step('s', 'SUCCEED'));
    resume(play);
    expect(play.state.progress).toMatchObject({ status: 'RUNNING', owed: true });
    expect(play.state.progress.running).toBeDefined();
    const before = wakes(play);
    play.end({ Status: 'PENDING' });
    expect(wakes(play)).toBe(before + 1);
  });

  it('takes hold when the invocation ends without another checkpoint', () => {
    const play = begun();
    play.checkpoint(wait('w', 5));
    pause(play);
    play.end({ Status: 'PENDING' });
    expect(statusOf(play)).toBe('PAUSED');
    expect(play.history.slice(-2)).toEqual(['InvocationCompleted', 'ExecutionPaused']);
  });

  it('comes too late for an invocation that ends the execution', () => {
    for (const end of [
      (play: Play) => play.end({ Status: 'SUCCEEDED', Result: '1' }),
      (play: Play) => void play.checkpoint(execution('SUCCEED', { Payload: '1' })),
    ]) {
      const play = begun();
      pause(play);
      end(play);
      expect(play.state.progress).toMatchObject({ status: 'SUCCEEDED', result: '1', pause: undefined });
      expect(play.history).not.toContain('ExecutionPaused');
    }
  });

  it('is taken back by a resume that comes before the next checkpoint, without a trace in the history', () => {
    const play = begun();
    pause(play);
    resume(play);
    expect(play.checkpoint(step('s', 'SUCCEED')).token).toBeDefined();
    expect(play.history).toEqual(['ExecutionStarted', 'StepSucceeded']);
  });

  it('takes hold when the service that ran the invocation has died', () => {
    const play = begun();
    pause(play);
    play.run(abandonInvocation);
    expect(statusOf(play)).toBe('PAUSED');
    const before = wakes(play);
    resume(play);
    expect(wakes(play)).toBe(before + 1);
  });
});

describe('the timeout of an execution that is paused', () => {
  const deadline = (play: Play) => timersOf(play.state).find(({ purpose }) => purpose === 'execution-timeout')?.atMs;

  it('goes on, unless the pause says otherwise', () => {
    const play = waiting();
    const before = deadline(play);
    pause(play);
    play.nowMs += 10_000;
    resume(play);
    expect(deadline(play)).toBe(before);
  });

  it('stands still with `ExecutionTimeoutPaused`, and is put off by each pause', () => {
    const play = waiting();
    const before = deadline(play) as number;
    for (const afterMs of [10_000, 5_000]) {
      pause(play, { executionTimeoutPaused: true });
      expect(deadline(play)).toBeUndefined();
      expect(play.effects).toContainEqual({
        kind: 'unschedule',
        timer: { purpose: 'execution-timeout', operationId: '' },
      });
      play.nowMs += afterMs;
      resume(play);
    }
    expect(deadline(play)).toBe(before + 15_000);
    expect(play.effects.at(-1)).toEqual({
      kind: 'schedule',
      timer: { purpose: 'execution-timeout', operationId: '', atMs: before + 15_000 },
    });
  });
});

describe('a request that is repeated', () => {
  it('counts once within 15 minutes, if it carries the same client token and parameters', () => {
    const play = waiting();
    pause(play, { clientToken: 't', reason: 'a' });
    pause(play, { clientToken: 't', reason: 'a' });
    resume(play, { clientToken: 't' });
    pause(play, { clientToken: 't', reason: 'a' });
    resume(play, { clientToken: 't' });
    expect(statusOf(play)).toBe('RUNNING');
    expect(play.history.filter((type) => type === 'ExecutionPaused')).toHaveLength(1);

    play.nowMs += 15 * 60_000;
    pause(play, { clientToken: 't', reason: 'a' });
    expect(statusOf(play)).toBe('PAUSED');
  });

  it('is refused with other parameters', () => {
    const play = waiting();
    pause(play, { clientToken: 't', reason: 'a' });
    expect(() => pause(play, { clientToken: 't', reason: 'b' })).toThrow('other parameters');
  });

  it('is a conflict without a client token', () => {
    const play = waiting();
    expect(() => resume(play)).toThrow('RUNNING cannot be resumed');
    pause(play);
    expect(() => pause(play)).toThrow('PAUSED cannot be paused');
    play.run((draft) => closeExecution(draft, { status: 'STOPPED', error: {} }));
    expect(() => pause(play)).toThrow('STOPPED cannot be paused');
    expect(() => resume(play)).toThrow('STOPPED cannot be resumed');
  });

  it('does not let the memory of requests grow without bound', () => {
    const play = waiting();
    for (let round = 0; round < 50; round += 1) {
      pause(play, { clientToken: `p${round}` });
      resume(play, { clientToken: `r${round}` });
    }
    expect(play.state.progress.controlRequests).toHaveLength(20);
  });
});

describe('deleting an execution', () => {
  it('is for one that has ended, and asks for its removal', () => {
    const play = waiting();
    expect(() => play.run(deleteExecution)).toThrow('RUNNING cannot be deleted');
    pause(play);
    expect(() => play.run(deleteExecution)).toThrow('PAUSED cannot be deleted');
    play.run((draft) => closeExecution(draft, { status: 'STOPPED', error: {} }));
    play.run(deleteExecution);
    expect(statusOf(play)).toBe('DELETING');
    expect(play.effects.at(-1)).toEqual({ kind: 'delete' });
    expect(() => play.run(deleteExecution)).toThrow('DELETING cannot be deleted');
  });
});
