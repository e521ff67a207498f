import { jest } from '@jest/globals';
import { ManualClock } from '../../../../test/engine/support/manual-clock.js';
import { type Handler, Stage } from '../../../../test/engine/support/stage.js';
import { awsError } from '../../../../test/engine/support/strict-service.js';
import type { InvocationMeasures } from './invocation-measures.js';

const START_MS = 1_767_356_934_930;

/** Every call of the durable API takes ten milliseconds of the clock. */
function measured(handler: Handler, input?: unknown) {
  const clock = new ManualClock();
  const told: InvocationMeasures[] = [];
  const plugins = [{ onInvocationMeasured: async (measures: InvocationMeasures) => void told.push(measures) }];
  const stage = new Stage(handler, { input, config: { plugins, clock, stepStartHoldMs: 0 } });
  stage.service.interfere = async () => {
    await clock.advance(10);
  };
  return { stage, clock, told };
}

const order: Handler = async (context) => {
  await context.step('charge', async () => 'charged');
  await context.wait('cool down', { days: 3 });
  return context.step('ship', async () => 'shipped');
};

describe('InvocationMeter', () => {
  it('tells once, before the end, what an invocation came to', async () => {
    const { stage, told } = measured(order, { order: 77 });

    await stage.invoke();

    expect(told).toHaveLength(1);
    expect(told[0]).toMatchObject({
      requestId: 'request-1',
      isFirstInvocation: true,
      status: 'PENDING',
      replayMs: 0,
      operationsStarted: { STEP: 1, WAIT: 1 },
      attempts: { succeeded: 1, failed: 0 },
      operationsUsed: 2,
      payloadBytesUsed: '{"order":77}"charged"'.length,
    });
    expect(told[0]!.durationMs).toBeGreaterThanOrEqual(20);
  });

  it('passes on how the engine wants a call to be made', async () => {
    const { stage } = measured(order);
    const checkpoint = jest.spyOn(stage.service, 'checkpoint');

    await stage.invoke();

    const options = (checkpoint.mock.calls as unknown[][]).map(([, , option]) => option);
    expect(options).toEqual(options.map(() => expect.objectContaining({ abortSignal: expect.any(AbortSignal) })));
    expect(options).not.toEqual([]);
  });

  it('measures every checkpoint, also one that fails', async () => {
    const { stage, clock, told } = measured(order);
    stage.service.interfere = async (call) => {
      await clock.advance(10);
      if (call.request.Updates?.some(({ Type }) => Type === 'WAIT')) throw awsError('TooManyRequestsException', 429);
      return undefined;
    };

    await expect(stage.invoke()).rejects.toThrow();

    const { checkpoints, status, decision } = told[0]!;
    expect(checkpoints.map(({ succeeded }) => succeeded)).toEqual([...checkpoints.slice(1).map(() => true), false]);
    expect(checkpoints.reduce((sum, { updates }) => sum + updates, 0)).toBe(3);
    expect(checkpoints.every(({ durationMs }) => durationMs === 10)).toBe(true);
    expect([status, decision]).toEqual([
      'RETRYING',
      { kind: 'retried', path: 'checkpoint', rule: expect.any(String), errorType: 'CheckpointError' },
    ]);
  });

  it('counts what is recorded of the execution, and not again what it replays', async () => {
    const { stage, told } = measured(order);

    await stage.run();

    expect(told[1]).toMatchObject({
      isFirstInvocation: false,
      status: 'SUCCEEDED',
      operationsStarted: { STEP: 1 },
      operationsUsed: 3,
      payloadBytesUsed: '"charged""shipped"'.length,
    });
  });

  it('tells how long what woke the invocation had been due', async () => {
    const { stage, clock, told } = measured(order);
    await clock.advance(START_MS + 250 - clock.now());

    await stage.invoke();
    const { Id } = stage.service.operation('cool down');
    stage.service.change(Id, { Status: 'SUCCEEDED', EndTimestamp: clock.now() });
    await clock.advance(40);
    await stage.invoke();

    expect(told.map(({ wakeUpDelayMs }) => wakeUpDelayMs)).toEqual([250, 40]);
  });

  it('takes the time up to the first operation that had not ended for replaying', async () => {
    const { stage, clock, told } = measured(async (context) => {
      await context.step('charge', async () => 'charged');
      await clock.advance(7);
      await context.wait('cool down', { days: 3 });
      return context.step('ship', async () => 'shipped');
    });
    await stage.invoke();

    await stage.invoke();

    expect(told.map(({ replayMs }) => replayMs)).toEqual([0, 7]);
  });

  it('counts attempts by how they ended', async () => {
    const { stage, told } = measured((context) =>
      context.step(
        'charge',
        async ({ attempt }) => {
          if (attempt < 3) throw new TypeError('declined');
          return 'charged';
        },
        { retryStrategy: () => ({ shouldRetry: true, delay: { seconds: 1 } }) },
      ),
    );

    await stage.run();

    const sum = (outcome: 'succeeded' | 'failed') => told.reduce((total, { attempts }) => total + attempts[outcome], 0);
    expect([sum('succeeded'), sum('failed')]).toEqual([1, 2]);
  });

  it('tells by which kind of error an execution failed', async () => {
    const { stage, told } = measured(() => Promise.reject(new RangeError('no such order')));

    await stage.run();

    expect(told[0]!.decision).toEqual({ kind: 'failed', path: 'user-code', errorType: 'RangeError' });
  });
});
