import { Stage } from '../../../test/engine/support/stage.js';
import { turns } from '../../../test/engine/support/turns.js';
import { ExecutionError } from '../base/errors/execution-error.js';
import { StepError } from '../base/errors/operation-errors.js';
import type { Serdes } from '../base/serdes/serdes.js';
import type { WaitForConditionCheckFunc, WaitForConditionConfig } from './wait-for-condition-config.js';

interface Job {
  checks: number;
}

const increment: WaitForConditionCheckFunc<Job> = async ({ checks }) => ({ checks: checks + 1 });

function until(checks: number, delaySeconds = 1): WaitForConditionConfig<Job> {
  return {
    initialState: { checks: 0 },
    waitStrategy: (state) =>
      state.checks < checks ? { shouldContinue: true, delay: { seconds: delaySeconds } } : { shouldContinue: false },
  };
}

/** A handler of one condition, which then sleeps, so that what it got shows on the first run and on replay. */
function waiting<T>(check: WaitForConditionCheckFunc<T>, config: WaitForConditionConfig<T>) {
  const told: unknown[] = [];
  const stage = new Stage(async (context) => {
    told.push(await context.waitForCondition('job', check, config).catch((error: unknown) => error));
    await context.wait({ seconds: 1 });
  });
  return { stage, told };
}

afterEach(() => turns(3));

describe('WaitForConditionOperation', () => {
  it('gives each check the state that the one before has saved, and returns the last', async () => {
    const seen: unknown[] = [];
    const { stage, told } = waiting(async (state, { attempt }) => {
      seen.push([state, attempt]);
      return increment(state, undefined as never);
    }, until(3));
    await stage.run();
    expect(seen).toEqual([
      [{ checks: 0 }, 1],
      [{ checks: 1 }, 2],
      [{ checks: 2 }, 3],
    ]);
    expect(told).toEqual([{ checks: 3 }, { checks: 3 }]);
  });

  it('is a step on the wire, whose retries carry the state and no error', async () => {
    const { stage } = waiting(increment, until(2, 7));
    await stage.run();
    const identity = {
      Id: 'c4ca4238a0b92382',
      Type: 'STEP',
      SubType: 'WaitForCondition',
      Name: 'job',
      ParentId: undefined,
    };
    expect(stage.service.updates.slice(0, 4)).toEqual([
      { ...identity, Action: 'START' },
      { ...identity, Action: 'RETRY', Payload: '{"checks":1}', StepOptions: { NextAttemptDelaySeconds: 7 } },
      { ...identity, Action: 'START' },
      { ...identity, Action: 'SUCCEED', Payload: '{"checks":2}' },
    ]);
  });

  it('stores, checks and returns what the check gave, whatever a strategy or a check does to its copy', async () => {
    const given: unknown[] = [];
    const { stage, told } = waiting<Job>(
      async (state) => {
        given.push(state.checks);
        const next = { checks: state.checks + 1 };
        state.checks = 1000;
        return next;
      },
      {
        initialState: { checks: 0 },
        waitStrategy: (state) => {
          const isDone = state.checks >= 3;
          state.checks += 100;
          return isDone ? { shouldContinue: false } : { shouldContinue: true, delay: { seconds: 1 } };
        },
      },
    );
    await stage.run();
    expect(given).toEqual([0, 1, 2]);
    expect(told).toEqual([{ checks: 3 }, { checks: 3 }]);
  });

  it('gives the first check what every later one is given: a state that was saved', async () => {
    const given: unknown[] = [];
    const initialState: Record<string, unknown> = { since: new Date(0), nothing: undefined };
    const { stage } = waiting<Record<string, unknown>>(async (state) => (given.push(state), state), {
      initialState,
      waitStrategy: (_, attempt) =>
        attempt < 2 ? { shouldContinue: true, delay: { seconds: 1 } } : { shouldContinue: false },
    });
    await stage.run();
    expect(given).toEqual(Array(2).fill({ since: '1970-01-01T00:00:00.000Z' }));
    expect(initialState.since).toEqual(new Date(0));
  });

  it('suspends between checks', async () => {
    const { stage } = waiting(increment, until(2));
    await expect(stage.invoke()).resolves.toEqual({ Status: 'PENDING' });
    expect(stage.service.operation('job').Status).toBe('PENDING');
  });

  it('goes on in process while something else runs', async () => {
    let isDone = false;
    const stage = new Stage(async (context) => {
      const condition = context.waitForCondition('job', increment, until(2));
      const step = context.step('other', async () => {
        while (!isDone && stage.service.operations.get('c4ca4238a0b92382')?.Status !== 'PENDING') await turns();
        stage.service.passTime();
        while (!isDone) await turns();
      });
      const state = await condition;
      isDone = true;
      await step;
      return state;
    });
    await expect(stage.invoke()).resolves.toEqual({ Status: 'SUCCEEDED', Result: '{"checks":2}' });
  });

  it('repeats an interrupted check from the saved state, without another start', async () => {
    const { stage, told } = waiting(increment, until(2));
    await stage.invoke();
    stage.service.passTime();
    stage.service.change('c4ca4238a0b92382', { Status: 'STARTED' });
    await stage.run();
    expect(told).toEqual([{ checks: 2 }, { checks: 2 }]);
    expect(stage.actions).toEqual([
      'STEP START job',
      'STEP RETRY job',
      'STEP SUCCEED job',
      expect.stringContaining('WAIT'),
    ]);
  });

  it.each([0, 0.4])('waits a whole second at least, whatever a strategy says (%s)', async (seconds) => {
    const { stage } = waiting(increment, until(2, seconds));
    await stage.invoke();
    expect(stage.service.updates[1]?.StepOptions).toEqual({ NextAttemptDelaySeconds: 1 });
  });

  it('fails at once when the check throws, and throws the same on replay', async () => {
    const { stage, told } = waiting(async (): Promise<Job> => {
      throw new TypeError('no such job');
    }, until(1));
    await stage.run();
    expect(stage.actions.slice(0, 2)).toEqual(['STEP START job', 'STEP FAIL job']);
    for (const error of told) {
      expect(error).toBeInstanceOf(StepError);
      expect(error).toMatchObject({ message: 'no such job', cause: { name: 'TypeError' } });
    }
    expect(told).toHaveLength(2);
  });

  it('fails at once when the strategy throws', async () => {
    const { stage, told } = waiting(increment, {
      initialState: { checks: 0 },
      waitStrategy: () => {
        throw new Error('gave up');
      },
    });
    await stage.run();
    expect(told[0]).toMatchObject({ name: 'StepError', message: 'gave up' });
  });

  it('ends the execution for an ExecutionError of the check', async () => {
    const { stage } = waiting(async (): Promise<Job> => {
      throw new ExecutionError('over');
    }, until(1));
    await expect(stage.invoke()).resolves.toMatchObject({ Status: 'FAILED', Error: { ErrorMessage: 'over' } });
    expect(stage.actions).toEqual(['STEP START job']);
  });

  it('ends the execution for an ExecutionError of the strategy', async () => {
    const { stage, told } = waiting(increment, {
      initialState: { checks: 0 },
      waitStrategy: () => {
        throw new ExecutionError('over');
      },
    });
    await expect(stage.invoke()).resolves.toMatchObject({ Status: 'FAILED', Error: { ErrorMessage: 'over' } });
    expect([told, stage.actions]).toEqual([[], ['STEP START job']]);
  });

  it('keeps its state through a serdes', async () => {
    const base64: Serdes<string> = {
      serialize: async (text) => (text === undefined ? undefined : Buffer.from(text).toString('base64')),
      deserialize: async (text) => (text === undefined ? undefined : Buffer.from(text, 'base64').toString()),
    };
    const { stage, told } = waiting(async (state) => `${state}x`, {
      initialState: '',
      serdes: base64,
      waitStrategy: (state) =>
        state.length < 2 ? { shouldContinue: true, delay: { seconds: 1 } } : { shouldContinue: false },
    });
    await stage.run();
    expect(stage.service.updates[1]?.Payload).toBe(Buffer.from('x').toString('base64'));
    expect(told).toEqual(['xx', 'xx']);
  });

  it('takes null for an initial state', async () => {
    const { stage, told } = waiting<null>(async (state) => state, {
      initialState: null,
      waitStrategy: () => ({ shouldContinue: false }),
    });
    await stage.run();
    expect(told).toEqual([null, null]);
  });

  it.each([
    ['an initial state', { waitStrategy: () => ({ shouldContinue: false }) }],
    ['a strategy', { initialState: 1 }],
    ['a configuration', undefined],
  ])('fails the execution when it has not got %s', async (_missing, config) => {
    const stage = new Stage((context) => context.waitForCondition('job', async () => 1, config as never));
    await expect(stage.invoke()).resolves.toMatchObject({
      Status: 'FAILED',
      Error: { ErrorType: 'ConfigValidationError', ErrorMessage: expect.stringContaining('WaitForCondition "job"') },
    });
    expect(stage.service.updates).toEqual([]);
  });

  it('fails the execution when a plain step stands in its place', async () => {
    const { stage } = waiting(increment, until(2));
    await stage.invoke();
    stage.handler = (context) => context.step('job', async () => 1);
    const output = await stage.invoke();
    expect(output).toMatchObject({ Status: 'FAILED', Error: { ErrorType: 'NonDeterministicExecutionError' } });
  });
});
