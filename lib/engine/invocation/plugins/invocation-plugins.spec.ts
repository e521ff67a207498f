import { ManualClock } from '../../../../test/engine/support/manual-clock.js';
import { RecordingPlugin } from '../../../../test/engine/support/recording-plugin.js';
import { type Handler, Stage } from '../../../../test/engine/support/stage.js';
import { awsError } from '../../../../test/engine/support/strict-service.js';
import { turns } from '../../../../test/engine/support/turns.js';
import type { DurableContext } from '../../context/durable-context.js';
import type { EngineConfig } from '../engine-config.js';
import { toEpochMs } from '../../../wire/timestamp.js';
import { ConfigValidationError } from '../../base/errors/context-errors.js';
import type { BatchResult } from '../../operations/batch-config.js';
import type { Serdes } from '../../base/serdes/serdes.js';
import { TEST_ARN } from '../../../../test/fixtures/memory-service.js';
import type {
  AttemptEndInfo,
  DurableInstrumentationPlugin,
  InvocationEndInfo,
  InvocationInfo,
  OperationChangeInfo,
  OperationInfo,
  PropagationInput,
} from './plugin.js';
import type { ConfiguredPlugin } from './plugin-factory.js';

const CHARGE_ID = 'c4ca4238a0b92382';
const noRetry = { retryStrategy: () => ({ shouldRetry: false }) };

function observed(handler: Handler, config: EngineConfig = {}) {
  const plugin = new RecordingPlugin();
  const stage = new Stage(handler, { input: { order: 77 }, config: { ...config, plugins: [plugin] } });
  return { plugin, stage };
}

/** Fails at first, then succeeds. */
const flaky = (context: DurableContext) =>
  context.step(
    'charge',
    async ({ attempt }) => {
      if (attempt === 1) throw new TypeError('declined');
      return 'charged';
    },
    { retryStrategy: () => ({ shouldRetry: true, delay: { seconds: 1 } }) },
  );

describe('InvocationPlugins', () => {
  it('tells of an invocation and of a step in it, in the order of events', async () => {
    const { plugin, stage } = observed((context) => context.step('charge', async () => 'charged'));

    await stage.run();

    expect(plugin.summary).toEqual([
      'invocation start',
      'invocation wrap',
      'start charge STARTED',
      'attempt start charge 1',
      'attempt wrap charge 1',
      'change',
      'attempt end charge SUCCEEDED 1 SUCCEEDED',
      'end charge SUCCEEDED 1 SUCCEEDED',
      'invocation end SUCCEEDED',
    ]);
  });

  it('tells an invocation what it is, and how it ended', async () => {
    const { plugin, stage } = observed(async (context) => {
      await context.wait('cool down', { seconds: 2 });
      return 'done';
    });

    await stage.run();

    const [first, second] = plugin.infosOf<InvocationInfo>('invocation start');
    expect(first).toMatchObject({
      requestId: 'request-1',
      executionInput: { order: 77 },
      executionStartTimestamp: new Date(1_767_356_934_930),
      isFirstInvocation: true,
      updatedOperations: {},
    });
    expect(Object.values(first!.operations).map(({ type }) => type)).toEqual(['EXECUTION']);
    expect(second!.isFirstInvocation).toBe(false);
    expect(Object.values(second!.updatedOperations)).toMatchObject([{ name: 'cool down', status: 'SUCCEEDED' }]);
    expect(Object.keys(second!.operations)).toHaveLength(2);
    expect(plugin.infosOf<InvocationEndInfo>('invocation end')).toMatchObject([
      { status: 'PENDING', isFirstInvocation: true },
      { status: 'SUCCEEDED', isFirstInvocation: false, executionResult: 'done' },
    ]);
  });

  it('tells the end of what ended between invocations, and as a replay that of what the service ended before', async () => {
    const { plugin, stage } = observed(async (context) => {
      await context.step('charge', async () => 'charged');
      await context.wait('first', { seconds: 2 });
      await context.wait('second', { seconds: 2 });
    });

    await stage.run();

    const told = plugin.summary.filter((line) => /^(start|end)/.test(line));
    expect(told).toEqual([
      'start charge STARTED',
      'end charge SUCCEEDED 1 SUCCEEDED',
      'start first STARTED',
      'end first SUCCEEDED',
      'start second STARTED',
      'end first SUCCEEDED replay',
      'end second SUCCEEDED',
    ]);
  });

  it('tells the end of a wait that ended in this invocation before the code came to it', async () => {
    const { plugin, stage } = observed(async (context) => {
      const child = context.runInChildContext('child', (inner) => inner.wait('cool down', { days: 1 }));
      await flaky(context);
      await child;
    });
    await stage.invoke();
    stage.service.change(stage.service.operation('charge').Id, { Status: 'READY' });
    plugin.onOperationStart = ({ name }) => turns(name === 'child' ? 20 : 0);
    stage.service.interfere = () => stage.service.passTime();

    await stage.invoke();

    const ends = plugin.infosOf('end').filter(({ name }) => name === 'cool down');
    expect(ends.map(({ isReplay }) => isReplay)).toEqual([false]);
  });

  it.each([false, true])('tells when steps and contexts start and end, virtual: %s', async (virtualContext) => {
    const clock = new ManualClock();
    const { plugin, stage } = observed(
      (context) =>
        context.runInChildContext(
          'ship',
          async (child) => {
            await child.step('label', async () => 'printed');
            await child.wait('transit', { seconds: 2 });
          },
          { virtualContext },
        ),
      { clock },
    );
    const started = (invocation: object[]) =>
      invocation.map((info) => (info as OperationInfo).startTimestamp?.getTime());
    const ofName = (name: string, ...hooks: string[]) =>
      plugin.heard.filter(([hook, info]) => hooks.includes(hook) && (info as OperationInfo).name === name);

    await stage.invoke();
    const startMs = clock.now();
    const live = [...ofName('ship', 'start', 'context wrap'), ...ofName('label', 'start')].map(([, info]) => info);
    expect(started(live)).toEqual([startMs, startMs, startMs]);
    plugin.heard.length = 0;
    await clock.advance(2_000);
    stage.service.passTime();
    await stage.invoke();

    const recorded = virtualContext ? undefined : toEpochMs(stage.service.operation('ship').StartTimestamp);
    const again = ofName('ship', 'start', 'context wrap', 'end').map(([, info]) => info);
    expect(started(again)).toEqual(Array(3).fill(recorded ?? clock.now()));
    expect(again[2]).toMatchObject({ endTimestamp: new Date(clock.now()) });
  });

  it('tells the start of what is still open again, as a replay', async () => {
    const { plugin, stage } = observed(flaky);

    await stage.invoke();
    stage.service.passTime();
    plugin.forget();
    await stage.invoke();

    expect(plugin.summary).toEqual([
      'invocation start',
      'invocation wrap',
      'start charge STARTED replay',
      'attempt start charge READY 2',
      'attempt wrap charge READY 2',
      'change',
      'attempt end charge SUCCEEDED 2 SUCCEEDED',
      'end charge SUCCEEDED 2 SUCCEEDED',
      'invocation end SUCCEEDED',
    ]);
  });

  it('tells a failed attempt that is retried as the end of the attempt only', async () => {
    const { plugin, stage } = observed(flaky);

    await stage.invoke();

    expect(plugin.infosOf('end')).toEqual([]);
    const [end] = plugin.infosOf<AttemptEndInfo>('attempt end');
    expect(end).toMatchObject({ id: CHARGE_ID, name: 'charge', type: 'STEP', attempt: 1, outcome: 'FAILED' });
    expect(end!.error).toEqual(new TypeError('declined'));
    expect(end!.startTimestamp).toBeInstanceOf(Date);
    expect(end!.endTimestamp).toBeInstanceOf(Date);
    expect(plugin.infosOf<OperationChangeInfo>('change')[0]!.updatedOperations[CHARGE_ID]).toMatchObject({
      status: 'PENDING',
      attempt: 1,
    });
  });

  it('gives the result as it is persisted, and the error as it was thrown', async () => {
    const { plugin, stage } = observed(async (context) => {
      await context.step('pack', async () => ({ boxes: 2 }));
      await context.step('charge', () => Promise.reject(new TypeError('declined')), noRetry);
    });

    const output = await stage.run();

    const [packed, charged] = plugin.infosOf('end');
    expect(packed!.result).toBe('{"boxes":2}');
    expect(packed!.error).toBeUndefined();
    expect(charged!.error).toEqual(new TypeError('declined'));
    expect(output.Status).toBe('FAILED');
    expect(plugin.infosOf<InvocationEndInfo>('invocation end')[0]).toMatchObject({
      status: 'FAILED',
      executionError: { name: 'StepError', message: 'declined' },
    });
  });

  const cyclic = () => {
    const value: Record<string, unknown> = {};
    value.self = value;
    return value;
  };
  const accept = () => ({ shouldContinue: false as const });
  const giveUp = () => {
    throw new RangeError('no longer');
  };
  const unsavable = { name: 'UnsavableValueError' };

  it.each<[string, Handler, object]>([
    ['a result that cannot be saved', (context) => context.step('charge', async () => cyclic()), unsavable],
    [
      'a state that cannot be saved',
      (context) => context.waitForCondition('charge', async () => cyclic(), { initialState: {}, waitStrategy: accept }),
      unsavable,
    ],
    [
      'a strategy that gives up',
      (context) =>
        context.waitForCondition('charge', async (checks: number) => checks, { initialState: 0, waitStrategy: giveUp }),
      { name: 'RangeError', message: 'no longer' },
    ],
  ])('tells the failure of an attempt whose body has returned: %s', async (_name, handler, error) => {
    const { plugin, stage } = observed(handler);

    await stage.run();

    const failed = { status: 'FAILED', outcome: 'FAILED', error: expect.objectContaining(error) as object, attempt: 1 };
    expect(plugin.infosOf<AttemptEndInfo>('attempt end')).toEqual([expect.objectContaining(failed)]);
    expect(plugin.infosOf<AttemptEndInfo>('end')).toEqual([expect.objectContaining(failed)]);
  });

  it('tells the start of a condition that fails before its first check', async () => {
    const { plugin, stage } = observed((context) =>
      context.waitForCondition('charge', async (state: object) => state, {
        initialState: cyclic(),
        waitStrategy: accept,
      }),
    );

    await stage.run();

    const ofCondition = plugin.summary.filter((line) => line.includes('charge'));
    expect(ofCondition).toEqual(['start charge STARTED', 'end charge FAILED 1']);
  });

  it('gives changes together with the whole state that they lead to', async () => {
    const { plugin, stage } = observed((context) => context.step('charge', async () => 'charged'));

    await stage.run();

    const [change] = plugin.infosOf<OperationChangeInfo>('change');
    expect(Object.keys(change!.updatedOperations)).toEqual([CHARGE_ID]);
    expect(change!.operations[CHARGE_ID]).toEqual(change!.updatedOperations[CHARGE_ID]);
    expect(Object.keys(change!.operations)).toHaveLength(2);
  });

  it('wraps the bodies of contexts, and tells whose children their operations are', async () => {
    const { plugin, stage } = observed((context) =>
      context.runInChildContext('ship', (child) => child.step('label', async () => 'printed')),
    );

    await stage.run();

    const [ship] = plugin.infosOf('context wrap');
    expect(ship).toMatchObject({ name: 'ship', type: 'CONTEXT', subType: 'RunInChildContext' });
    expect(plugin.infosOf('start')).toMatchObject([{ name: 'ship' }, { name: 'label', parentId: ship!.id }]);
    expect(plugin.infosOf('end').map(({ name }) => name)).toEqual(['label', 'ship']);
  });

  it('tells of virtual contexts as replays, for nothing of them is recorded', async () => {
    const { plugin, stage } = observed(async (context) => {
      const virtual = { virtualContext: true };
      await context.runInChildContext('ship', (child) => child.wait('cool down', { seconds: 1 }), virtual);
      await context.runInChildContext('bill', () => Promise.reject(new Error('declined')), virtual).catch(() => 'free');
    });

    await stage.run();

    expect(plugin.summary.filter((line) => /ship|bill/.test(line))).toEqual([
      'start ship replay',
      'context wrap ship',
      'start ship replay',
      'context wrap ship',
      'end ship SUCCEEDED replay',
      'start bill replay',
      'context wrap bill',
      'end bill FAILED replay',
    ]);
  });

  it('tells an invocation that throws to Lambda as one that is retried', async () => {
    const { plugin, stage } = observed((context) => context.step('charge', async () => 'charged'));
    stage.service.interfere = () => {
      throw awsError('TooManyRequestsException', 429);
    };

    await expect(stage.invoke()).rejects.toMatchObject({ name: 'CheckpointError' });

    expect(plugin.summary.at(-1)).toBe('invocation end RETRYING');
    expect(plugin.infosOf<InvocationEndInfo>('invocation end')[0]!.executionError).toMatchObject({
      name: 'CheckpointError',
    });
  });

  it('is not told of an invocation whose state could not be read', async () => {
    const { plugin, stage } = observed((context) => context.step('charge', async () => 'charged'));
    stage.service.firstPageItems = 0;
    stage.service.interfere = () => {
      throw awsError('KMSDisabledException', 502);
    };

    expect(await stage.invoke()).toMatchObject({ Status: 'FAILED', Error: { ErrorType: 'GetExecutionStateError' } });
    expect(plugin.heard).toEqual([]);
  });

  it('waits for a hook before the body runs, and does not suspend meanwhile', async () => {
    const order: string[] = [];
    const slow: DurableInstrumentationPlugin = {
      onOperationStart: async ({ name }) => {
        await turns(5);
        order.push(`told ${name}`);
      },
    };
    const stage = new Stage(
      async (context) => {
        const pause = context.wait('cool down', { days: 1 });
        await context.step('charge', async () => void order.push('ran charge'));
        await pause;
      },
      { config: { plugins: [slow] } },
    );

    await stage.invoke();

    expect(order).toEqual(['told charge', 'ran charge', 'told cool down']);
    expect(stage.actions).toContain('STEP SUCCEED charge');
  });

  it('lets no operation go on before its end is told', async () => {
    const order: string[] = [];
    const slow: DurableInstrumentationPlugin = {
      onOperationEnd: async ({ name }) => {
        await turns(5);
        order.push(`told ${name}`);
      },
    };
    const handler: Handler = async (context) => {
      await context.step('charge', async () => 'charged');
      order.push('went on');
    };

    await new Stage(handler, { config: { plugins: [slow] } }).run();

    expect(order).toEqual(['told charge', 'went on']);
  });

  it('changes nothing of an execution by failing in every hook', async () => {
    const handler: Handler = async (context, input) => {
      const charged = await flaky(context);
      await context.wait('cool down', { seconds: 2 });
      const shipped = await context.runInChildContext('ship', (child) => child.step('label', async () => input));
      return { charged, shipped };
    };
    const failing = new Proxy<DurableInstrumentationPlugin>(
      {},
      {
        get: (_target, hook) => {
          if (hook === 'createPlugin') return undefined;
          return () => {
            throw new Error(`${String(hook)} is broken`);
          };
        },
      },
    );
    const plain = new Stage(handler, { input: 77 });
    const disturbed = new Stage(handler, { input: 77, config: { plugins: [failing] } });

    expect(await disturbed.result()).toEqual(await plain.result());
    expect(disturbed.actions).toEqual(plain.actions);
    const blamed = disturbed.logger.records.map(({ level, record }) => `${level} ${record.hook as string}`);
    expect(blamed).toContain('warn onOperationStart');
    expect(disturbed.logger.records[0]!.record).toMatchObject({
      executionArn: expect.stringMatching(/^arn:/),
      requestId: 'request-1',
      message: expect.stringContaining('the execution continues'),
    });
  });

  describe('childOperationsDepth', () => {
    const nested: Handler = async (context) => {
      await context.runInChildContext('outer', (outer) =>
        outer.runInChildContext('inner', (inner) => inner.step('label', async () => 'printed')),
      );
      await context.wait('cool down', { seconds: 1 });
      return 'done';
    };
    const visibleAfterwards = async (childOperationsDepth?: number) => {
      const { plugin, stage } = observed(nested, { pluginsConfig: { childOperationsDepth } });
      await stage.run();
      const [, second] = plugin.infosOf<InvocationInfo>('invocation start');
      return Object.values(second!.operations).flatMap(({ name }) => name ?? []);
    };

    it('keeps the operations of ended contexts in sight, down to the given depth', async () => {
      expect(await visibleAfterwards()).toEqual(['outer', 'cool down']);
      expect(await visibleAfterwards(1)).toEqual(['outer', 'inner', 'cool down']);
      expect(await visibleAfterwards(Infinity)).toEqual(['outer', 'inner', 'label', 'cool down']);
    });

    it('runs no step again in a context that it keeps', async () => {
      let runs = 0;
      const { stage } = observed(
        async (context) => {
          const printed = await context.runInChildContext('ship', (child) => child.step('label', async () => ++runs));
          await context.wait('cool down', { seconds: 1 });
          return printed;
        },
        { pluginsConfig: { childOperationsDepth: 1 } },
      );

      expect(await stage.result()).toBe(1);
      expect(runs).toBe(1);
    });

    const wrapping: Serdes<BatchResult<number>> = {
      serialize: async (batch) => JSON.stringify({ batch }),
      deserialize: async (text) => (JSON.parse(text!) as { batch: BatchResult<number> }).batch,
    };

    it.each([
      ['', undefined],
      [', which its own serdes has written', wrapping],
    ])('gives the same result of a batch that it keeps%s', async (_, serdes) => {
      const handler: Handler = async (context) => {
        const quotes = await context.map('quotes', [1, 2, 3], (item, n) => item.step(async () => n), {
          completionConfig: { minSuccessful: 1 },
          maxConcurrency: 2,
          ...(serdes && { serdes }),
        });
        await context.wait('cool down', { seconds: 1 });
        return [quotes.getResults(), quotes.totalCount, quotes.completionReason];
      };
      const plain = new Stage(handler);
      const { stage } = observed(handler, { pluginsConfig: { childOperationsDepth: 2 } });

      expect(await stage.result()).toEqual(await plain.result());
    });

    it('gives the same failure of a batch that it keeps', async () => {
      const shouldComplete = () => {
        throw new Error('cannot decide');
      };
      const handler: Handler = async (context) => {
        const told = await context
          .map('quotes', [1], async (_item, n) => n, { completionConfig: { shouldComplete }, serdes: wrapping })
          .catch((error: unknown) => (error as Error).message);
        await context.wait('cool down', { seconds: 1 });
        return told;
      };
      const { stage } = observed(handler, { pluginsConfig: { childOperationsDepth: 2 } });
      await stage.invoke();
      const { Id, ContextDetails } = stage.service.operation('quotes');
      stage.service.change(Id, { ContextDetails: { ...ContextDetails, ReplayChildren: true } });
      stage.service.passTime();

      expect(await stage.result()).toBe('cannot decide');
    });

    it('counts no virtual context as a level', async () => {
      const { stage } = observed(
        (context) =>
          context.runInChildContext('flat', (flat) => flat.runInChildContext('ship', async () => 'shipped'), {
            virtualContext: true,
          }),
        { pluginsConfig: { childOperationsDepth: 1 } },
      );

      await stage.run();

      expect(stage.service.updates.at(-1)).toMatchObject({ Name: 'ship', ContextOptions: { ReplayChildren: true } });
    });

    it('keeps the operations of a context that failed too', async () => {
      const { stage } = observed(
        async (context) => {
          await context.runInChildContext('ship', () => Promise.reject(new Error('no label'))).catch(() => undefined);
        },
        { pluginsConfig: { childOperationsDepth: 1 } },
      );

      await stage.run();

      expect(stage.service.updates.at(-1)).toMatchObject({ Action: 'FAIL', ContextOptions: { ReplayChildren: true } });
    });

    it.each([-1, 1.5, NaN])('fails the execution before anything runs when it is %s', async (childOperationsDepth) => {
      const { plugin, stage } = observed(nested, { pluginsConfig: { childOperationsDepth } });

      const output = await stage.invoke();

      expect(output).toMatchObject({ Status: 'FAILED', Error: { ErrorType: ConfigValidationError.prototype.name } });
      expect(plugin.heard).toEqual([]);
      expect(stage.service.calls).toEqual([]);
    });
  });

  it('tells the end of a child before that of its parent, and before the next operation begins, however long hooks take', async () => {
    const order: string[] = [];
    const tell =
      (sign: string) =>
      async ({ name }: OperationInfo) => {
        await turns(3);
        order.push(`${sign}${name}`);
      };
    const plugins = [{ onOperationStart: tell('+'), onOperationEnd: tell('-') }];
    const step = (name: string) => (child: DurableContext) => child.step(name, async () => name);
    const stage = new Stage(
      async (context) => {
        await context.parallel(
          'P',
          [
            { name: 'a', func: step('s1') },
            { name: 'b', func: step('s2') },
          ],
          { maxConcurrency: 1 },
        );
        await context.map('M', [1], step('s3'), { itemNamer: () => 'i' });
        await context.runInChildContext('C', step('s4'), { virtualContext: true });
      },
      { config: { plugins } },
    );

    await stage.run();

    expect(order.join(' ')).toBe('+P +a +s1 -s1 -a +b +s2 -s2 -b -P +M +i +s3 -s3 -i -M +C +s4 -s4 -C');
  });

  it('tells the names of what is inside waitForCallback, which are not recorded', async () => {
    const { plugin, stage } = observed((context) => context.waitForCallback('approval', async () => undefined));

    await stage.invoke();
    const callback = stage.service.updates.find(({ Type }) => Type === 'CALLBACK')!;
    stage.service.change(callback.Id, { Status: 'SUCCEEDED' });
    await stage.invoke();

    const names = (hook: string) => [...new Set(plugin.infosOf(hook).map(({ name }) => name))];
    expect(names('start')).toEqual(['approval', 'approval-callback', 'approval-submitter']);
    expect(names('attempt end')).toEqual(['approval-submitter']);
    expect(names('end')).toEqual(['approval-submitter', 'approval-callback', 'approval']);
    expect(callback.Name).toBeUndefined();
  });

  it('tells whether a body runs only to bring back what had happened inside', async () => {
    const { plugin, stage } = observed(async (context) => {
      const large = (child: DurableContext) => child.step('part', async () => 'x'.repeat(150_000));
      await context.runInChildContext('report', async (child) => (await large(child)).repeat(2));
      await context.runInChildContext('virtual', async (child) => child.step('inside', async () => 1), {
        virtualContext: true,
      });
      await context.wait('cool down', { seconds: 1 });
    });

    await stage.run();

    const told = plugin.infosOf('context wrap').map(({ name, isReplayingChildren }) => [name, isReplayingChildren]);
    expect(told).toEqual([
      ['report', false],
      ['virtual', false],
      ['report', true],
      ['virtual', true],
    ]);
    const ends = plugin.infosOf('end').filter(({ name }) => name === 'virtual');
    expect(ends.map(({ isReplayingChildren }) => isReplayingChildren)).toEqual([undefined, true]);
  });

  describe('made by factories', () => {
    const waiting: Handler = async (context) => {
      await context.wait('cool down', { seconds: 1 });
      return 'done';
    };
    const run = async (...plugins: ConfiguredPlugin[]) => {
      const stage = new Stage(waiting, { config: { plugins } });
      return { stage, output: await stage.run() };
    };

    it('are made once for each invocation, with what they are then told of its start', async () => {
      const made: InvocationInfo[] = [];
      const plugins: RecordingPlugin[] = [];
      const createPlugin = (info: InvocationInfo) => {
        made.push(info);
        plugins.push(new RecordingPlugin());
        return plugins.at(-1)!;
      };

      await run({ createPlugin });

      expect(made.map(({ isFirstInvocation }) => isFirstInvocation)).toEqual([true, false]);
      plugins.forEach((plugin, at) => expect(plugin.infosOf('invocation start')).toEqual([made[at]]));
      plugins.forEach((plugin, at) => expect(plugin.infosOf('invocation start')[0]).toBe(made[at]));
      expect(plugins.map(({ summary }) => summary.at(-1))).toEqual([
        'invocation end PENDING',
        'invocation end SUCCEEDED',
      ]);
    });

    it.each<[string, () => unknown]>([
      [
        'throws',
        () => {
          throw new Error('no collector');
        },
      ],
      ['returns a promise', () => Promise.reject(new Error('no collector'))],
      ['returns no object', () => 'tracing'],
      ['returns nothing', () => undefined],
    ])('sit out where the factory %s, and disturb nobody', async (_what, createPlugin) => {
      const other = new RecordingPlugin();

      const { output } = await run({ createPlugin: createPlugin as () => undefined }, other);

      expect(output.Status).toBe('SUCCEEDED');
      expect(other.summary.filter((line) => line.startsWith('invocation end'))).toHaveLength(2);
    });

    it('tell in the log why they sit out', async () => {
      const { stage } = await run({
        createPlugin: () => {
          throw new RangeError('no collector');
        },
      });

      expect(stage.logger.records).toContainEqual({
        level: 'warn',
        record: expect.objectContaining({
          hook: 'createPlugin',
          errorType: 'RangeError',
          errorMessage: 'no collector',
        }),
      });
    });

    it('are shown what Lambda handed over, the trace header where it is part of it', async () => {
      const infos: InvocationInfo[] = [];
      const plugins = [{ createPlugin: (info: InvocationInfo) => void infos.push(info) }];
      for (const overrides of [{}, { xRayTraceId: 'Root=1' }, { xRayTraceId: null }]) {
        await new Stage(waiting, { config: { plugins }, lambdaContext: overrides }).invoke();
      }

      expect(infos.map(({ context }) => context?.functionName)).toEqual(
        new Array(3).fill(infos[0]!.context!.functionName),
      );
      expect(infos.map((info) => Object.keys(info).includes('context'))).toEqual([false, false, false]);
      expect(infos.map((info) => ('xRayTraceId' in info ? info.xRayTraceId : 'absent'))).toEqual([
        'absent',
        'Root=1',
        '',
      ]);
    });
  });

  describe('the trace of a chained invoke', () => {
    const header = 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1';
    type Provide = (input: PropagationInput) => unknown;
    const invoking = (...provides: Provide[]) => {
      const plugins = provides.map(
        (providePropagationMetadata) => ({ providePropagationMetadata }) as ConfiguredPlugin,
      );
      const handler: Handler = (context) =>
        context.runInChildContext('ship', (child) => child.invoke('bill', 'billing:live', { a: 1 }));
      return new Stage(handler, { config: { plugins } });
    };
    const optionsOf = ({ service }: Stage) =>
      service.updates.find(({ Type }) => Type === 'CHAINED_INVOKE')!.ChainedInvokeOptions;

    it('is asked for once, with a frozen input, and travels with the start', async () => {
      const asked: PropagationInput[] = [];
      const stage = invoking((input) => (asked.push(input), { xAmznTraceId: header }));

      await stage.invoke();
      stage.service.passTime();
      await stage.invoke();

      expect(optionsOf(stage)).toEqual({ FunctionName: 'billing:live', XAmznTraceId: header });
      const [invoke, parent] = ['CHAINED_INVOKE', 'CONTEXT'].map(
        (type) => stage.service.updates.find(({ Type }) => Type === type)!.Id,
      );
      expect(asked).toEqual([
        { executionArn: TEST_ARN, operationId: invoke, parentOperationId: parent, targetFunctionName: 'billing:live' },
      ]);
      expect(Object.isFrozen(asked[0])).toBe(true);
    });

    it('is the first that a plugin names, whatever others answer', async () => {
      const stage = invoking(
        () => undefined,
        () => ({ xAmznTraceId: '  ' }),
        () => {
          throw new Error('broken');
        },
        () => Promise.reject(new Error('late')),
        () => ['Root'],
        () => ({ xAmznTraceId: 7 }),
        () => ({ xAmznTraceId: header }),
        () => ({ xAmznTraceId: 'Root=another' }),
      );

      await stage.invoke();

      expect(optionsOf(stage)).toEqual({ FunctionName: 'billing:live', XAmznTraceId: header });
      const warned = stage.logger.records.filter(({ level }) => level === 'warn');
      expect(warned.map(({ record }) => record.errorMessage)).toEqual([
        'broken',
        expect.stringContaining('promise'),
        expect.stringContaining('object'),
        expect.stringContaining('number'),
        expect.stringContaining('another trace header'),
      ]);
    });

    it('is that of this execution where no plugin names one', async () => {
      const stage = invoking(() => ({}));

      await stage.invoke();

      expect(optionsOf(stage)).toEqual({ FunctionName: 'billing:live' });
    });
  });
});
