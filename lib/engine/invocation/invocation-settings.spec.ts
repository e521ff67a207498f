import { jest } from '@jest/globals';
import { ManualClock } from '../../../test/engine/support/manual-clock.js';
import { RecordingLogger } from '../../../test/engine/support/recording-logger.js';
import { Stage } from '../../../test/engine/support/stage.js';
import { deferred, turns } from '../../../test/engine/support/turns.js';
import { lambdaContext, MemoryService, TEST_ARN } from '../../../test/fixtures/memory-service.js';
import { KnownErrors } from '../../rules/error-knowledge.js';
import { type Clock, systemClock, type Timer } from '../base/clock.js';
import { JsonLogger } from '../context/logging/json-logger.js';
import { currentInvocation } from '../context/current.js';
import type { DurableLoggingContext } from '../context/logging/durable-logger.js';
import { Saga } from '../saga/saga.js';
import type { EngineConfig } from './engine-config.js';
import type { Invocation } from './invocation.js';
import { runInvocation } from './run-invocation.js';

afterEach(() => turns(3));

/** The invocation of a handler that does no more than `act` with it. */
async function opened(config: EngineConfig, act: (invocation: Invocation) => unknown = () => undefined) {
  let invocation!: Invocation;
  const stage = new Stage(
    async () => {
      invocation = currentInvocation() as Invocation;
      await act(invocation);
    },
    { config },
  );
  const output = await stage.invoke();
  return { invocation, output, stage };
}

describe('The settings of an invocation', () => {
  it('are those of the official SDK where nothing is set', async () => {
    const { invocation } = await opened({});
    const { maxFailedInvocations, clock } = invocation;
    expect({ maxFailedInvocations, clock }).toEqual({ maxFailedInvocations: false, clock: systemClock });
    expect(invocation.errorKnowledge()).toBeUndefined();
  });

  it('are those that are given', async () => {
    const known = new KnownErrors();
    const clock = { ...systemClock };
    const { invocation } = await opened({
      maxFailedInvocations: 5,
      errors: () => known,
      clock,
    });
    expect(invocation.maxFailedInvocations).toBe(5);
    expect(invocation.errorKnowledge()).toBe(known);
    expect(invocation.clock).toBe(clock);
  });

  it('may be others for one handler, each by itself', async () => {
    const [all, one] = [new KnownErrors(), new KnownErrors()];
    const seen: unknown[] = [];
    await opened({ errors: () => all, maxFailedInvocations: 5 }, (invocation) => {
      const look = () => seen.push([invocation.errorKnowledge(), invocation.maxFailedInvocations]);
      invocation.configure({ maxFailedInvocations: 2 });
      look();
      invocation.configure({ errors: () => one });
      look();
    });
    expect(seen).toEqual([
      [all, 2],
      [one, 2],
    ]);
    expect((seen[1] as unknown[])[0]).toBe(one);
  });

  it('log JSON lines where there is no logger', async () => {
    const { invocation } = await opened({ logger: undefined as never });
    expect(invocation.logger).toBeInstanceOf(JsonLogger);
  });

  it.each([
    ['gives itself', () => undefined],
    ['lets no logger that fails disturb it', () => Promise.reject(new Error('no log'))],
  ])('tell the logger of the context of its lines: %s', async (_what, answer) => {
    const told: unknown[] = [];
    const configureDurableLoggingContext = (context: unknown) => (told.push(context), answer());
    const logger = Object.assign(new RecordingLogger(), { configureDurableLoggingContext });
    const { output } = await opened({ logger: logger as never });
    expect(output).toEqual({ Status: 'SUCCEEDED' });
    expect(told).toHaveLength(1);
    const { getDurableLogData } = told[0] as DurableLoggingContext;
    expect(getDurableLogData()).toEqual({ requestId: 'request-1', executionArn: TEST_ARN });
  });

  it('take a logger that wants no context of its lines', async () => {
    const write = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
    await opened({ logger: new RecordingLogger() });
    // The reporter of tests may write, too.
    const complaints = write.mock.calls.filter(([line]) => String(line).includes('The configured logger failed'));
    write.mockRestore();
    expect(complaints).toEqual([]);
  });

  it.each<[string, { readInput?: (stored: unknown) => unknown }, unknown]>([
    ['as it is stored', {}, { n: 1 }],
    ['as the settings read what is stored', { readInput: (stored) => [stored] }, [{ n: 1 }]],
  ])('give the input %s', async (_how, reading, input) => {
    const service = new MemoryService({ n: 1 });
    const output = await runInvocation({
      event: service.event(),
      lambdaContext: lambdaContext(),
      client: service,
      config: { logger: new RecordingLogger() },
      body: async (invocation) => invocation.input,
      ...reading,
    });
    expect(output).toEqual({ Status: 'SUCCEEDED', Result: JSON.stringify(input) });
  });

  it('name the request that Lambda has made', async () => {
    const { invocation } = await opened({});
    expect(invocation.requestId).toBe('request-1');
    expect(invocation.context).toBe(invocation.root);
    expect(invocation.openSaga()).toBeInstanceOf(Saga);
  });
});

describe('The end of an invocation', () => {
  it.each<[string, seconds: number, ran: string[]]>([
    ['runs what is to run always, the last first', 0, ['always 2', 'always 1']],
    ['runs what is to run when it is suspended, too', 5, ['always 2', 'suspended', 'always 1']],
  ])('%s', async (_what, seconds, ran) => {
    const told: string[] = [];
    const stage = new Stage(async (context) => {
      const invocation = currentInvocation()!;
      invocation.atEnd(() => told.push('always 1'), 'always');
      invocation.atEnd(() => told.push('suspended'), 'suspended');
      invocation.atEnd(() => told.push('always 2'), 'always');
      if (seconds > 0) await context.wait({ seconds });
    });
    await stage.invoke();
    expect(told).toEqual(ran);
    expect(stage.logger.records).toEqual([]);
  });

  it('comes with an error when it is given up, whatever else was to be', async () => {
    const { output } = await opened({}, (invocation) => invocation.giveUp(new Error('enough')));
    expect(output).toMatchObject({ Status: 'FAILED', Error: { ErrorMessage: 'enough' } });
  });

  it('comes with a mistake of the deployment that shows only now', async () => {
    const { output } = await opened({}, (invocation) => invocation.refuse(new Error('no such handler')));
    expect(output).toMatchObject({ Status: 'FAILED', Error: { ErrorMessage: 'no such handler' } });
  });

  it.each<[what: string, end: (invocation: Invocation) => unknown, output: object]>([
    ['success', (invocation) => invocation.proposeSuccess(1), { Status: 'SUCCEEDED' }],
    ['failure', (invocation) => invocation.proposeFailure(new Error('no')), { Status: 'FAILED' }],
    ['refusal', (invocation) => invocation.refuse(new Error('no')), { Status: 'FAILED' }],
    ['fault', (invocation) => invocation.fault(new Error('no'), 'user-code'), { Status: 'FAILED' }],
  ])('lets nothing be recorded any more that is called then: %s', async (_what, end, output) => {
    const stage = new Stage(async (context) => {
      // What is still to be recorded keeps the invocation for a few turns.
      void context.step('before', async () => 1);
      const running = deferred();
      void context.step('ends late', () => running.promise);
      await turns(1);
      await end(currentInvocation() as Invocation);
      running.resolve();
      void context.step('late', async () => 2);
      await turns(20);
    });
    await expect(stage.invoke()).resolves.toMatchObject(output);
    expect(stage.actions.filter((action) => action.includes('late'))).toEqual(['STEP START ends late']);
  });

  it('can be waited for', async () => {
    let wasSettled: boolean | undefined;
    const { invocation } = await opened({}, ({ isSettled }) => (wasSettled = isSettled));
    await invocation.settled;
    expect([wasSettled, invocation.isSettled]).toEqual([false, true]);
  });

  it('leaves no timer', async () => {
    const timers = new Set<unknown>();
    const clock = {
      ...systemClock,
      setTimer: (callback: () => void, delayMs: number) => {
        const timer = systemClock.setTimer(() => (timers.delete(timer), callback()), delayMs);
        timers.add(timer);
        return timer;
      },
      clearTimer: (timer: NodeJS.Timeout) => (timers.delete(timer), systemClock.clearTimer(timer)),
    };
    const stage = new Stage(
      async (context) => {
        void context.step('endless', () => new Promise(() => undefined));
        void context.wait('long', { hours: 1 }).then(() => undefined);
        await turns(4);
        throw new Error('over');
      },
      { config: { clock } },
    );
    await stage.invoke();
    expect(timers.size).toBe(0);
  });
});

describe('What an invocation saves', () => {
  it.each<[string, EngineConfig, number]>([
    ['50 ms, unless it is told otherwise', {}, 50],
    ['as long as the settings say', { stepStartHoldMs: 7 }, 7],
  ])('holds the start of a step for company: %s', async (_how, config, heldMs) => {
    const clock = new ManualClock();
    const stage = new Stage((context) => context.step('step', () => turns(4)), { config: { clock, ...config } });
    await stage.invoke();
    expect(clock.delaysMs).toContain(heldMs);
  });

  it('is sent at once, where code waits for the end of a context to be recorded', async () => {
    const clock = new ManualClock();
    const stage = new Stage(
      (context) =>
        Promise.race([
          context.step('endless', () => new Promise(() => undefined)),
          context.runInChildContext('child', async () => 'child'),
        ]),
      { config: { clock } },
    );
    await expect(stage.invoke()).resolves.toEqual({ Status: 'SUCCEEDED', Result: '"child"' });
  });

  it('is all saved before it is suspended, also what nobody waits for', async () => {
    const clock = new ManualClock();
    let invocations = 0;
    const stage = new Stage(
      async (context) => {
        invocations += 1;
        const wait = context.wait('pause', { hours: 1 });
        if (invocations === 2) void context.runInChildContext('held', () => wait).then(() => undefined);
        await wait;
      },
      { config: { clock } },
    );
    await stage.invoke();
    const invoking = stage.invoke();
    await clock.advance(100);
    await expect(invoking).resolves.toEqual({ Status: 'PENDING' });
    expect(stage.actions).toEqual(['WAIT START pause', 'CONTEXT START held']);
  });

  it('goes on where answers tell nothing of what they have recorded', async () => {
    const stage = new Stage(async (context) => {
      await context.step('first', async () => 1);
      return context.step('second', async () => 2);
    });
    stage.service.arrange = () => [];
    await expect(stage.invoke()).resolves.toEqual({ Status: 'SUCCEEDED', Result: '2' });
  });
});

describe('An invocation over a connection that takes no time', () => {
  it('ends in the next millisecond what would get before another, or before what is known from outside', async () => {
    const ended: Record<string, number> = {};
    let nowMs = 1_767_356_934_930;
    // Time passes by nothing but being waited for, a few milliseconds at a time.
    const clock: Clock = {
      ...systemClock,
      now: () => nowMs,
      setTimer: (callback, delayMs) => {
        if (delayMs < 10) setImmediate(() => ((nowMs += delayMs), callback()));
        return {} as Timer;
      },
    };
    const stage: Stage = new Stage(
      async (context) => {
        nowMs += 10;
        const [callback] = await context.createCallback('callback');
        const atMostOnce = { semantics: 'AT_MOST_ONCE_PER_RETRY' as const };
        await Promise.all([
          callback,
          context.step('slow', () => turns(12), atMostOnce),
          context.step('fast', () => turns(1), atMostOnce),
        ]);
      },
      { config: { clock } },
    );
    const { service } = stage;
    service.msPerCall = 0;
    service.msPerChange = 0;
    Object.defineProperty(service, 'nowMs', { get: () => clock.now(), set: () => undefined });
    service.interfere = ({ request }) => {
      if (!request.Updates?.some(({ Name, Action }) => Name === 'slow' && Action === 'START')) return;
      service.change(service.operation('callback').Id, { Status: 'SUCCEEDED' });
    };
    expect((await stage.invoke()).Status).toBe('SUCCEEDED');
    for (const { Name, EndTimestamp } of service.operations.values()) if (Name) ended[Name] = Number(EndTimestamp);
    expect(ended.fast).toBeGreaterThan(ended.callback!);
    expect(ended.slow).toBeGreaterThan(ended.fast!);
  });
});
