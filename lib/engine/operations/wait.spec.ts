import { ManualClock } from '../../../test/engine/support/manual-clock.js';
import { type Handler, Stage } from '../../../test/engine/support/stage.js';
import { turns } from '../../../test/engine/support/turns.js';
import type { Duration } from '../base/duration.js';
import { MAX_DELAY_SECONDS } from '../../wire/limits.js';

const waitOf =
  (duration: Duration): Handler =>
  async (context) => {
    await context.wait('cool down', duration);
    return 'rested';
  };

afterEach(() => turns(3));

describe('WaitOperation', () => {
  it('is kept by the service: the invocation ends as soon as the wait is saved', async () => {
    const stage = new Stage(waitOf({ hours: 1 }));
    await expect(stage.invoke()).resolves.toEqual({ Status: 'PENDING' });
    expect(stage.service.updates).toEqual([
      expect.objectContaining({
        Type: 'WAIT',
        SubType: 'Wait',
        Action: 'START',
        Name: 'cool down',
        WaitOptions: { WaitSeconds: 3600 },
      }),
    ]);
  });

  it('returns at once when the wait has already completed', async () => {
    const stage = new Stage(waitOf({ seconds: 1 }));
    await expect(stage.result()).resolves.toBe('rested');
    await expect(stage.invoke()).resolves.toMatchObject({ Status: 'SUCCEEDED' });
    expect(stage.actions).toEqual(['WAIT START cool down']);
  });

  it('goes on waiting, without another update, when it is replayed too early', async () => {
    const stage = new Stage(waitOf({ seconds: 10 }));
    await stage.invoke();
    await expect(stage.invoke()).resolves.toEqual({ Status: 'PENDING' });
    expect(stage.actions).toEqual(['WAIT START cool down']);
  });

  it('returns at once when the service answers that it is over already', async () => {
    const stage = new Stage(waitOf({ seconds: 1 }));
    stage.service.interfere = (call) => {
      const [update] = call.request.Updates!;
      const over = { Id: update!.Id, Type: 'WAIT', SubType: 'Wait', Name: 'cool down', Status: 'SUCCEEDED' };
      return { CheckpointToken: 'token-x', NewExecutionState: { Operations: [over] } };
    };
    await expect(stage.invoke()).resolves.toMatchObject({ Status: 'SUCCEEDED' });
  });

  it.each<[Duration, number]>([
    [{ seconds: 0 }, 1],
    [{ seconds: 0.1 }, 1],
    [{ seconds: 1.5 }, 2],
    [{ minutes: 1, seconds: 0.5 }, 61],
    [{ days: 366 }, MAX_DELAY_SECONDS],
  ])('of %j asks for %d whole seconds', async (duration, seconds) => {
    const stage = new Stage(waitOf(duration));
    await stage.invoke();
    expect(stage.service.updates[0]!.WaitOptions).toEqual({ WaitSeconds: seconds });
  });

  it.each<[string, Duration, string]>([
    ['negative', { seconds: -1 }, '{ seconds: -1 }'],
    ['no number', { seconds: NaN }, '{ seconds: NaN }'],
    ['in no unit', {} as Duration, '{}'],
    ['in another unit', { milliseconds: 5 } as never, '{ milliseconds: 5 }'],
    ['missing', undefined as never, 'undefined'],
    ['a number', 60 as never, '60'],
    ['longer than 366 days', { days: 367 }, '{ days: 367 }'],
  ])('fails the execution for a duration that is %s, and records nothing', async (_, duration, told) => {
    const stage = new Stage(waitOf(duration));
    await expect(stage.invoke()).resolves.toMatchObject({
      Status: 'FAILED',
      Error: {
        ErrorType: 'ConfigValidationError',
        ErrorMessage: expect.stringContaining(`The duration of Wait "cool down" is ${told}.`),
      },
    });
    expect(stage.actions).toEqual([]);
  });

  it('completes in process while a step runs, when the service is asked at its end', async () => {
    const clock = new ManualClock();
    let finishStep!: () => void;
    const stage = new Stage(
      async (context) => {
        const long = context.step('long', () => new Promise<void>((resolve) => (finishStep = resolve)));
        await context.wait('cool down', { seconds: 5 });
        const restedAtMs = clock.now();
        finishStep();
        await long;
        return restedAtMs;
      },
      { config: { clock } },
    );
    const startMs = clock.now();
    const invocation = stage.invoke();
    await clock.advance(4000);
    stage.service.passTime();
    await clock.advance(1000);
    await expect(invocation).resolves.toEqual({ Status: 'SUCCEEDED', Result: String(startMs + 5000) });
    expect(stage.requests).toEqual([['STEP START long', 'WAIT START cool down'], [], ['STEP SUCCEED long']]);
    expect(clock.pendingMs).toEqual([]);
  });

  it('goes by the moment that the service names, not by its own reckoning', async () => {
    const clock = new ManualClock();
    const stage = new Stage(
      async (context) => {
        await Promise.race([
          context.step('long', () => new Promise<void>(() => undefined)),
          context.wait({ seconds: 30 }),
        ]);
        return 'rested';
      },
      { config: { clock } },
    );
    stage.service.interfere = (call) => {
      const wait = call.request.Updates?.find(({ Type }) => Type === 'WAIT');
      if (!wait) return undefined;
      const ScheduledEndTimestamp = (clock.now() + 7000) / 1000;
      const told = { Id: wait.Id, Type: 'WAIT', Status: 'STARTED', WaitDetails: { ScheduledEndTimestamp } };
      stage.service.operations.set(wait.Id, told as never);
      return { CheckpointToken: 'token-x', NewExecutionState: { Operations: [told] } };
    };
    const invocation = stage.invoke();
    await clock.advance(6999);
    expect(clock.pendingMs).toContain(7000);
    stage.service.passTime();
    await clock.advance(1);
    await expect(invocation).resolves.toMatchObject({ Status: 'SUCCEEDED' });
  });
});
