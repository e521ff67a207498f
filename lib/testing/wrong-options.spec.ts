import { jest } from '@jest/globals';
import { DurableControlError } from '../client/control-error.js';
import { retryPresets } from '../engine/base/retry/retry-presets.js';
import type { DurableContext } from '../engine/context/durable-context.js';
import { withDurableExecution } from '../engine/invocation/with-durable-execution.js';
import { DurableHandlerTest } from './durable-handler-test.js';
import { DurableTest } from './nest/durable-test.js';
import { stepName } from './nest/step-method.js';
import type { RecordedHistory } from './history/read-history.js';
import { replayHistory } from './history/replay-history.js';
import { DurableRunError } from './run/durable-run-error.js';
import type { DurableRun } from './run/durable-run.js';

const handler = withDurableExecution(async (_input: unknown, context: DurableContext) =>
  context.step('charge', async () => 'payment', { retryStrategy: retryPresets.noRetry }),
);

const waiting = withDurableExecution(async (_input: unknown, context: DurableContext) =>
  context.waitForCallback('approval', async () => undefined),
);

/** What the compiler would refuse. */
const unseen = (value: unknown): never => value as never;

describe('A test that would pass without what it asks for is refused', () => {
  it.each<[object, string]>([
    [
      { tme: 'manual' },
      'has no option "tme". Its options are: determinism, executionTimeoutSeconds, over, startAt, time',
    ],
    [
      { time: 'manuel' },
      'The option "time" of DurableHandlerTest.create() has a wrong value (a string). It must be: auto or manual.',
    ],
    [{ determinism: 'repot' }, 'It must be: fail or report or off.'],
    [{ executionTimeoutSeconds: 0 }, 'of DurableHandlerTest.create() is 0. Give a whole number of at least 1.'],
    [{ executionTimeoutSeconds: NaN }, 'is NaN. Give a whole number of at least 1.'],
    [{ startAt: 'tomorrow' }, 'The option "startAt" of DurableHandlerTest.create() is no date: "tomorrow".'],
    [{ startAt: null }, 'The option "startAt" of DurableHandlerTest.create() is no date: null. Give a Date, or text'],
    [{ startAt: 2026 }, 'The option "startAt" of DurableHandlerTest.create() is no date: 2026. Give a Date, or text'],
  ])('options of the kit: %j', async (options, message) => {
    await expect(DurableHandlerTest.create(handler, options)).rejects.toThrow(message);
  });

  it('options of an application, and a class in place of its metadata', () => {
    class OrdersModule {}
    expect(() => DurableTest.create({}, unseen({ handlr: 'ship' }))).toThrow(
      'DurableTest.create() has no option "handlr"',
    );
    expect(() => DurableTest.create(unseen(OrdersModule))).toThrow('{ imports: [OrdersModule] }');
  });

  it.each([undefined, null, 'orders', []])('metadata that are none: %j', (metadata) => {
    expect(() => DurableTest.create(unseen(metadata))).toThrow(
      'needs the metadata of a module: { imports: [AppModule] }',
    );
  });

  it.each([undefined, null, {}, { function: '' }, { functoin: 'orders:live' }])(
    'a test in the cloud without a function: %j',
    (options) => {
      expect(() => DurableTest.cloud(unseen(options))).toThrow("{ function: 'orders:live' }");
    },
  );

  it('a handler that is none', async () => {
    await expect(DurableHandlerTest.create(unseen(undefined))).rejects.toThrow('needs the handler of a function');
  });

  it.each(['order 7', '', 'x'.repeat(65)])(
    'the name "%s" of an execution, which Lambda refuses',
    async (executionName) => {
      await using test = await DurableHandlerTest.create(handler);
      await expect(test.start({}, { executionName })).rejects.toThrow(
        "at 'executionName' failed to satisfy constraint",
      );
    },
  );

  it.each<[object, string]>([
    [
      { also: ['throtle'] },
      '`also` of survivesEveryCrash() knows no "throtle". Known: throttle, stale-token, pause, kms.',
    ],
    [{ onec: ['charge'] }, 'survivesEveryCrash() has no option "onec"'],
    [{ once: ['chrge'] }, '`once` names "chrge", and the undisturbed run has no such step'],
  ])('options of survivesEveryCrash(): %j', async (options, message) => {
    await using test = await DurableHandlerTest.create(handler);
    await expect(test.survivesEveryCrash((fresh) => fresh.start(), options)).rejects.toThrow(message);
  });

  it.each<[object, string]>([
    [{ compensations: { chrge: 'refund' } }, '`compensations` names "chrge", and the undisturbed run has no such step'],
    [{ compensation: { charge: 'refund' } }, 'handlesEveryFailure() has no option "compensation"'],
    [{ compensations: { charge: undefined } }, 'needs the name of the compensation of "charge", and got undefined'],
  ])('options of handlesEveryFailure(): %j', async (options, message) => {
    await using test = await DurableHandlerTest.create(handler);
    await expect(test.handlesEveryFailure((fresh) => fresh.start(), options)).rejects.toThrow(message);
  });

  it('a scenario that does not return its run', async () => {
    await using test = await DurableHandlerTest.create(handler);
    const forgetful = async (fresh: DurableHandlerTest) => {
      await fresh.start();
    };
    await expect(test.survivesEveryCrash(unseen(forgetful))).rejects.toThrow('The scenario must return the run');
    await expect(test.survivesEveryCrash(unseen(undefined))).rejects.toThrow('survivesEveryCrash() needs a scenario');
    await expect(test.handlesEveryFailure(unseen({}))).rejects.toThrow('handlesEveryFailure() needs a scenario');
  });

  it('a stub that is no function, and a point that is none', async () => {
    await using test = await DurableHandlerTest.create(handler);
    expect(() => test.mockStep('charge', unseen('payment'))).toThrow('for the step "charge": write () => value');
    for (const times of [0, -1, NaN, 1.5, unseen('2')])
      expect(() => test.failStep('charge', new Error('declined'), times)).toThrow(
        'of "charge" that fail: a whole number of at least 1',
      );
    for (const name of [undefined, null, 5, '']) {
      expect(() => test.mockStep(unseen(name), () => 1)).toThrow('mockStep() needs the name of a step, and got');
      expect(() => test.failStep(unseen(name), new Error('x'))).toThrow('failStep() needs the name of a step');
      expect(() => test.stallStep(unseen(name))).toThrow('stallStep() needs the name of a step');
    }
    for (const seed of [undefined, 'x', NaN])
      expect(() => test.shuffled(unseen(seed))).toThrow('shuffled() needs a number as its seed, and got');
    expect(() => test.answerCallback('approval', () => 'yes')).toThrow('for "approval", and got a function');
    const run = await test.start();
    for (const point of [
      { stp: 'charge' },
      { step: 'charge', is: 'done' },
      { step: 'charge', as: 'ended' },
      { step: 'charge', callback: 'approval' },
      { callback: undefined },
      'charge',
      undefined,
    ])
      await expect(run.until(unseen(point))).rejects.toThrow('until() needs a point');
    await run.result();
  });

  it('options of a start, and of a stop', async () => {
    await using test = await DurableHandlerTest.create(handler);
    await expect(test.start({}, unseen({ name: 'a' }))).rejects.toThrow('start() has no option "name"');
    await expect(test.startWith({}, unseen({ name: 'a' }))).rejects.toThrow('start() has no option "name"');
    const run = await test.start();
    await expect(run.stop(unseen({ mesage: 'why' }))).rejects.toThrow('stop() has no option "mesage"');
    await expect(run.stop(unseen('why'))).rejects.toThrow('stop() needs an object');
    await expect(run.stop({ graceSeconds: 5 })).rejects.toThrow('"graceSeconds" without `compensate: true`');
    for (const graceSeconds of [NaN, -1])
      await expect(run.stop({ compensate: true, graceSeconds })).rejects.toThrow(
        `graceSeconds is ${graceSeconds}; give`,
      );
    await run.result();
  });

  it('reasons of a pause that are no text, or too long, as Lambda refuses them', async () => {
    await using test = await DurableHandlerTest.create(waiting);
    const run = await (await test.start()).until({ suspended: true });
    for (const reason of [{ reason: 'maintenance' }, 5, 'x'.repeat(1025)])
      await expect(run.pause(unseen(reason))).rejects.toThrow("at most 1,024 characters: pause('why')");
    expect(run.status).toBe('RUNNING');
    await run.stop();
  });

  it('an error as the reason of a stop is recorded', async () => {
    await using test = await DurableHandlerTest.create(waiting);
    const run = await (await test.start()).until({ suspended: true });
    await run.stop(new RangeError('too dear'));
    expect(run.failure).toEqual({ type: 'RangeError', message: 'too dear' });
  });

  it('names that are none, which `not` would let pass', async () => {
    await using test = await DurableHandlerTest.create(handler);
    const run = await test.start();
    await run.result();
    for (const name of [undefined, null, 5]) {
      expect(() => run.operation(unseen(name))).toThrow(`An operation is named by a text, and not by ${name}.`);
      expect(() => expect(run).not.toBeSuspendedOn(unseen(name))).toThrow('toBeSuspendedOn() needs the name of');
    }
    expect(() => expect(run).not.toHaveCompensated('')).toThrow('toHaveCompensated() needs the name of a step');
    expect(() => expect(run).not.toHaveRun('')).toThrow('toHaveRun() needs the name of a step');
    for (const times of [NaN, -1, 1.5])
      expect(() => expect(run).not.toHaveRun('charge', { times })).toThrow(`of toHaveRun() is ${times}. Give a whole`);
  });

  it('options and handlers of replayHistory()', async () => {
    await using test = await DurableHandlerTest.create(handler);
    const run = await test.start();
    await run.result();
    const history = { Events: run.events } as RecordedHistory;
    for (const options of [{ input: 'ignore' }, { inputs: 'ignor' }, null])
      await expect(replayHistory(handler, history, unseen(options))).rejects.toThrow(
        /of replayHistory\(\)|replayHistory\(\) /,
      );
    await expect(replayHistory(unseen(undefined), history)).rejects.toThrow(
      'needs the handler of a function, and received',
    );
  });

  it('a step without a name, a failure without a text, and a reply for the function under test', async () => {
    await using test = await DurableHandlerTest.create(waiting);
    const run = await (await test.start()).until({ callback: 'approval' });
    expect(() => run.step(unseen(undefined))).toThrow('A step is named by its name');
    for (const error of [null, undefined])
      await expect(run.failCallback('approval', unseen(error))).rejects.toThrow(
        'with an Error, or with { type, message }',
      );
    expect(() => test.mockInvoke('app', 1)).toThrow('it is the name of the function under test');
    for (const name of [undefined, 5, ''])
      expect(() => test.mockInvoke(unseen(name), 1)).toThrow('mockInvoke() needs the name of a function, and got');
    expect(() => test.answerCallback(unseen(undefined), 1)).toThrow('needs the name of a callback, and got undefined');
    await run.succeedCallback('approval');
    await run.result();
  });

  it('a refused reply, once: the runs of a sweep do without it', async () => {
    await using test = await DurableHandlerTest.create(handler);
    expect(() => test.mockInvoke('app', 1)).toThrow('it is the name of the function under test');
    expect((await test.survivesEveryCrash((fresh) => fresh.start())).runs).toBeGreaterThan(0);
  });

  it.each<[string, () => unknown, string]>([
    ['a promise', async () => 7, 'cannot be sent as JSON: "id" in it is a promise, which must be awaited first'],
    ['a BigInt', () => 7n, 'The input cannot be sent as JSON'],
  ])('an input with %s, as DurableClient refuses it', async (_what, make, message) => {
    await using test = await DurableHandlerTest.create(handler);
    const refused = test.start({ id: make() });
    await expect(refused).rejects.toThrow(message);
    await expect(refused).rejects.toBeInstanceOf(DurableControlError);
  });

  it.each([5, 'error', true])('a logger that is none: %j', (logger) => {
    expect(() => DurableTest.create({}, unseen({ logger }))).toThrow('must be a logger, an array of levels or false');
  });

  it('an option that a test in the cloud does not have', () => {
    expect(() => DurableTest.cloud(unseen({ function: 'orders:live', pateince: '1 hour' }))).toThrow(
      'DurableTest.cloud() has no option "pateince". Its options are: client, credentials, endpoint, function, patience',
    );
  });

  it('a class that is undefined, as where two files import each other', async () => {
    await using test = await DurableTest.create({});
    expect(() => stepName(unseen(undefined), unseen('charge'))).toThrow('and not by undefined');
    expect(() =>
      test.mockStep(
        unseen(undefined),
        unseen('charge'),
        unseen(() => 1),
      ),
    ).toThrow('and not by undefined');
    expect(() => test.start(unseen(undefined), unseen('fulfil'))).toThrow('two files may import each other');
  });

  it('a second sweep before the first has ended', async () => {
    await using test = await DurableHandlerTest.create(handler);
    const first = test.survivesEveryCrash((fresh) => fresh.start());
    await expect(test.survivesEveryCrash((fresh) => fresh.start())).rejects.toThrow('still runs in this test');
    expect((await first).runs).toBeGreaterThan(0);
    await test.survivesEveryCrash((fresh) => fresh.start());
  });
});

describe('What the service refuses fails the test, at its line', () => {
  it('an answer that is no JSON', async () => {
    await using test = await DurableHandlerTest.create(waiting);
    test.answerCallback('approval', 1n);
    const run = await test.start();
    await expect(run.result()).rejects.toThrow('The callback "approval" cannot be completed: DurableControlError');
  });

  it.each<[string, (run: DurableRun) => Promise<unknown>, string]>([
    ['a pause of what is paused', async (run) => (await run.pause()).pause(), 'that is PAUSING cannot be paused'],
    ['a resume of what runs', async (run) => run.resume(), 'that is RUNNING cannot be resumed'],
    ['a point that is not reached', async (run) => run.until({ step: 'ship' }), 'has ended before "ship" has started'],
    ['a result without time', async (run) => run.result(), 'Time is manual'],
  ])('%s', async (what, call, message) => {
    const time = what === 'a result without time' ? 'manual' : 'auto';
    await using test = await DurableHandlerTest.create(waiting, { time });
    const run = await (await test.start()).until({ callback: 'approval' });
    const refusal = await call(run).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(DurableRunError);
    expect((refusal as Error).message).toContain(message);
    expect((refusal as Error).stack).toContain('wrong-options.spec');
  });

  it('a paused execution that times out names the pause', async () => {
    await using test = await DurableHandlerTest.create(waiting);
    const run = await (await test.start()).until({ suspended: true });
    await run.pause();
    await expect(run.result()).rejects.toThrow('It was paused: let its code run again with resume().');
  });

  it('a point that is not reached, while everything that jest can fake is fake', async () => {
    await using test = await DurableHandlerTest.create(handler);
    jest.useFakeTimers();
    try {
      const run = await test.start();
      await expect(run.until({ step: 'ship' })).rejects.toThrow('has ended before "ship" has started');
    } finally {
      jest.useRealTimers();
    }
  });
});

describe('A callback that a test fails', () => {
  it.each<[unknown, object]>([
    ['too dear', { message: 'too dear' }],
    [{ code: 'DEAR' }, { message: '{"code":"DEAR"}' }],
    [
      { message: 'too dear', data: '{"limit":5}' },
      { message: 'too dear', data: '{"limit":5}' },
    ],
    [
      Object.assign(new RangeError('too dear'), { type: 402, data: { limit: 5 } }),
      { message: 'too dear', data: '{"limit":5}' },
    ],
  ])('has the text that DurableClient sends for %j', async (error, recorded) => {
    await using test = await DurableHandlerTest.create(waiting);
    const run = await (await test.start()).until({ callback: 'approval' });
    await run.failCallback('approval', unseen(error));

    expect((await run.outcome()).error).toMatchObject(recorded);
  });
});
