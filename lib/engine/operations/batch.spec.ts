import { Stage } from '../../../test/engine/support/stage.js';
import { deferred, turns } from '../../../test/engine/support/turns.js';
import type { DurableContext } from '../context/durable-context.js';
import { ChildContextError } from '../base/errors/operation-errors.js';
import type { Serdes } from '../base/serdes/serdes.js';
import {
  type BatchResult,
  completeBatch,
  type CompletionItemStatus,
  continueBatch,
  type MapConfig,
  NestingType,
} from './batch-config.js';
import type { ParallelFunc } from '../context/durable-context.js';

/** Two of these are more than what is saved as it is. */
const LARGE_CHARACTERS = 140 * 1024;

/** A handler of one batch, which then sleeps, so that what it got shows on the first run and on replay. */
function batching<T>(run: (context: DurableContext) => Promise<BatchResult<T>>) {
  const told: Array<BatchResult<T>> = [];
  const stage = new Stage(async (context) => {
    told.push(await run(context));
    await context.wait('afterwards', { seconds: 1 });
  });
  return { stage, told };
}

function outcomes<T>({ all, completionReason }: BatchResult<T>) {
  return { completionReason, all: all.map(({ status, result, error }) => [status, error?.message ?? result]) };
}

const failing = async (_context: DurableContext, item: string) => {
  if (item.startsWith('bad')) throw new TypeError(item);
  return item;
};

afterEach(() => turns(3));

describe('map', () => {
  it('runs each item in a context of its own inside its own', async () => {
    const { stage } = batching((context) =>
      context.map('mail', ['a', 'b'], (item, to) => item.step('send', async () => to)),
    );
    await stage.run();
    const identity = ({
      Id,
      ParentId,
      SubType,
      Name,
    }: {
      Id: string;
      ParentId?: string;
      SubType?: string;
      Name?: string;
    }) => [Id, ParentId, SubType, Name];
    expect([...stage.service.operations.values()].slice(1, 6).map(identity)).toEqual([
      ['c4ca4238a0b92382', undefined, 'Map', 'mail'],
      ['ea66c06c1e1c05fa', 'c4ca4238a0b92382', 'MapIteration', 'map-item-0'],
      ['2f221a18eb863803', 'ea66c06c1e1c05fa', 'Step', 'send'],
      ['98c6f2c2287f4c73', 'c4ca4238a0b92382', 'MapIteration', 'map-item-1'],
      ['6151f5ab282d90e4', '98c6f2c2287f4c73', 'Step', 'send'],
    ]);
  });

  it('gives each function its item, index and array, and returns what they came to, on replay too', async () => {
    const calls: unknown[] = [];
    const items = ['a', 'b'];
    const { stage, told } = batching((context) =>
      context.map(items, async (_item, ...args) => {
        calls.push(args);
        return args[0].toUpperCase();
      }),
    );
    await stage.run();
    expect(calls).toEqual([
      ['a', 0, items],
      ['b', 1, items],
    ]);
    expect(told.map(outcomes)).toEqual(
      Array(2).fill({
        completionReason: 'ALL_COMPLETED',
        all: [
          ['SUCCEEDED', 'A'],
          ['SUCCEEDED', 'B'],
        ],
      }),
    );
  });

  it('has nothing to run for no items, and is recorded all the same', async () => {
    const { stage, told } = batching((context) => context.map('empty', [], failing));
    await stage.run();
    expect(stage.actions.slice(0, 2)).toEqual(['CONTEXT START empty', 'CONTEXT SUCCEED empty']);
    expect(told.map(outcomes)).toEqual(Array(2).fill({ completionReason: 'ALL_COMPLETED', all: [] }));
  });

  it('ends with the first failure, starts nothing more, and succeeds itself', async () => {
    const { stage, told } = batching((context) =>
      context.map('all', ['a', 'bad', 'c'], failing, { maxConcurrency: 1 }),
    );
    await stage.run();
    expect(stage.service.operation('all').Status).toBe('SUCCEEDED');
    expect(told.map(outcomes)).toEqual(
      Array(2).fill({
        completionReason: 'FAILURE_TOLERANCE_EXCEEDED',
        all: [
          ['SUCCEEDED', 'a'],
          ['FAILED', 'bad'],
        ],
      }),
    );
    expect(() => stage.service.operation('map-item-2')).toThrow('no operation');
    for (const batch of told) {
      expect(() => batch.throwIfError()).toThrow(ChildContextError);
      expect(batch.getErrors()[0]).toMatchObject({ cause: { name: 'StepError', cause: { name: 'TypeError' } } });
    }
  });

  it('runs no more items at once than it may', async () => {
    let running = 0;
    let most = 0;
    const { stage } = batching((context) =>
      context.map(
        [1, 2, 3, 4, 5],
        (item) =>
          item.step(async () => {
            most = Math.max(most, (running += 1));
            await turns();
            running -= 1;
          }),
        { maxConcurrency: 2 },
      ),
    );
    await stage.run();
    expect(most).toBe(2);
  });

  it('keeps the place of an item that waits for the service', async () => {
    const { stage, told } = batching((context) =>
      context.map(
        ['slow', 'quick', 'quicker'],
        async (item, name) => {
          if (name === 'slow') await item.wait({ hours: 1 });
          return name;
        },
        { maxConcurrency: 1 },
      ),
    );
    await expect(stage.invoke()).resolves.toEqual({ Status: 'PENDING' });
    expect(stage.actions).toEqual([
      'CONTEXT START c4ca4238a0b92382',
      'CONTEXT START map-item-0',
      'WAIT START 2f221a18eb863803',
    ]);
    await stage.run();
    expect(told[0]!.getResults()).toEqual(['slow', 'quick', 'quicker']);
  });

  it('goes on in a later invocation without running again what has ended', async () => {
    const ran: string[] = [];
    const { stage, told } = batching((context) =>
      context.map(['a', 'b'], async (item, name) => {
        ran.push(name);
        if (name === 'b') await item.wait({ seconds: 1 });
        return name;
      }),
    );
    await stage.run();
    expect(ran).toEqual(['a', 'b', 'b']);
    expect(told[0]!.getResults()).toEqual(['a', 'b']);
  });

  it('replays thousands of ended items one after the other without exhausting the stack', async () => {
    const numbers = Array.from({ length: 5000 }, (_, index) => index);
    const stage = new Stage(async (context) => {
      const batch = await context.map(
        numbers,
        async (item, number) => {
          if (number === 4999) await item.wait({ seconds: 1 });
          return number;
        },
        { maxConcurrency: 1 },
      );
      return batch.successCount;
    });
    await expect(stage.result()).resolves.toBe(5000);
  });

  it('names its items as it is told, and otherwise by their index', async () => {
    const itemNamer = (item: string, index: number) => (item === 'a' ? `first-${index}` : '');
    const { stage } = batching((context) => context.map(['a', 'b'], failing, { itemNamer }));
    await stage.run();
    expect(stage.service.operation('first-0').SubType).toBe('MapIteration');
    expect(stage.service.operation('map-item-1').SubType).toBe('MapIteration');
  });

  it('converts the results of items, and the whole, with serdes of their own', async () => {
    const itemSerdes: Serdes<string> = {
      serialize: async (text) => `<${text}>`,
      deserialize: async (text) => text?.slice(1, -1),
    };
    const serdes = {
      serialize: async (batch: BatchResult<string> | undefined) => batch?.getResults().join(),
      deserialize: async (text: string | undefined) => text?.split(',') as never,
    };
    const { stage, told } = batching((context) => context.map('all', ['a', 'b'], failing, { itemSerdes, serdes }));
    await stage.run();
    expect(stage.service.operation('map-item-1').ContextDetails?.Result).toBe('<b>');
    expect(stage.service.operation('all').ContextDetails?.Result).toBe('a,b');
    expect(told).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ]);
  });

  it('gives the default serdes of its context to its items, and keeps its own form', async () => {
    const { stage } = batching((context) => {
      context.configureSerdes({
        defaultSerdes: {
          serialize: async (value) => `d${JSON.stringify(value)}`,
          deserialize: async (text) => JSON.parse(text!.slice(1)),
        },
      });
      return context.map('all', ['a'], failing);
    });
    await stage.run();
    expect(stage.service.operation('map-item-0').ContextDetails?.Result).toBe('d"a"');
    expect(stage.service.operation('all').ContextDetails?.Result).toBe(
      '{"all":[{"result":"a","index":0,"status":"SUCCEEDED"}],"completionReason":"ALL_COMPLETED"}',
    );
  });

  it('holds further batches in its items', async () => {
    const { stage, told } = batching((context) =>
      context.map('outer', [1, 2], async (item, factor) => {
        const inner = await item.map('inner', [10, 20], (each, number) => each.step(async () => factor * number));
        return inner.getResults();
      }),
    );
    await stage.run();
    expect(told.map((batch) => batch.getResults())).toEqual(
      Array(2).fill([
        [10, 20],
        [20, 40],
      ]),
    );
  });

  it('rejects nothing when nobody looks at it', async () => {
    const stage = new Stage(async (context) => {
      void context.map('unseen', ['bad'], failing);
      await context.step(() => turns(5));
      return 'done';
    });
    await expect(stage.result()).resolves.toBe('done');
  });

  it.each<[string, unknown[], string]>([
    ['no place for an item', [[1], failing, { maxConcurrency: 0 }], 'maxConcurrency is 0'],
    ['places that are no number', [[1], failing, { maxConcurrency: NaN }], 'maxConcurrency is NaN'],
    [
      'a negative tolerance',
      [[1], failing, { completionConfig: { toleratedFailureCount: -1 } }],
      'toleratedFailureCount is -1',
    ],
    ['no items', ['text', failing], 'needs an array of items'],
    ['no function', [[1]], 'needs a function'],
  ])('fails the execution for %s, and records nothing', async (_what, args, problem) => {
    const stage = new Stage((context) => context.map('wrong', ...(args as [never[], never])));
    await expect(stage.invoke()).resolves.toMatchObject({
      Status: 'FAILED',
      Error: { ErrorType: 'ConfigValidationError', ErrorMessage: expect.stringContaining(`Map "wrong": ${problem}`) },
    });
    expect(stage.service.updates).toEqual([]);
  });

  it('fails the execution for what only newer code has got wrong', async () => {
    const { stage } = batching((context) => context.map('mail', ['a'], (item) => item.wait({ seconds: 1 })));
    await stage.invoke();
    stage.handler = (context) => context.map('mail', undefined as never, failing);
    await expect(stage.invoke()).resolves.toMatchObject({
      Status: 'FAILED',
      Error: { ErrorType: 'ConfigValidationError', ErrorMessage: expect.stringContaining('needs an array of items') },
    });
  });

  it('fails the execution for a name that the service would refuse', async () => {
    const branches = [{ name: 'Äpfel', func: async () => 1 }];
    await expect(new Stage((context) => context.parallel(branches)).invoke()).resolves.toMatchObject({
      Status: 'FAILED',
      Error: { ErrorType: 'ConfigValidationError', ErrorMessage: expect.stringContaining('Äpfel') },
    });
  });
});

describe('a batch that ends early', () => {
  it('abandons what still runs: it records nothing more, and is not waited for', async () => {
    const orphan = deferred();
    const { stage, told } = batching((context) =>
      context.parallel<string>(
        'first',
        [
          (branch) => branch.step('quick', async () => 'quick'),
          (branch) =>
            branch.step('slow', async () => {
              await orphan.promise;
              return 'slow';
            }),
        ],
        { completionConfig: { minSuccessful: 1 } },
      ),
    );
    await expect(stage.invoke()).resolves.toEqual({ Status: 'PENDING' });
    orphan.resolve();
    await turns(5);
    await stage.run();
    expect(stage.actions.filter((action) => /SUCCEED (slow|parallel-branch-1)/.test(action))).toEqual([]);
    expect(told.map(outcomes)).toEqual(
      Array(3).fill({
        completionReason: 'MIN_SUCCESSFUL_REACHED',
        all: [
          ['SUCCEEDED', 'quick'],
          ['STARTED', undefined],
        ],
      }),
    );
  });

  it('is not suspended for what its abandoned items wait for', async () => {
    const stage = new Stage(async (context) => {
      const branches: ParallelFunc<string>[] = [
        (branch) => branch.step(async () => 'quick'),
        (branch) => branch.wait({ hours: 1 }).then(() => 'slow'),
      ];
      await context.parallel<string>(branches, { completionConfig: { minSuccessful: 1 } });
      await new Promise((resolve) => setTimeout(resolve, 60));
      return 'done';
    });
    await expect(stage.invoke()).resolves.toEqual({ Status: 'SUCCEEDED', Result: '"done"' });
  });

  it('leaves its result as it was when an abandoned item ends afterwards', async () => {
    const late = deferred<string>();
    const stage = new Stage(async (context) => {
      const batch = await context.parallel<string>([async () => 'quick', () => late.promise], {
        completionConfig: { minSuccessful: 1 },
        serdes: {
          serialize: async (value) => (await turns(3), JSON.stringify(value)),
          deserialize: async (text) => JSON.parse(text!),
        },
      });
      return outcomes(batch);
    });
    const running = stage.result();
    await turns();
    late.resolve('late');
    await expect(running).resolves.toEqual({
      completionReason: 'MIN_SUCCESSFUL_REACHED',
      all: [
        ['SUCCEEDED', 'quick'],
        ['STARTED', null],
      ],
    });
  });

  it('asks shouldComplete before it starts an item, and may end with none', async () => {
    const { stage, told } = batching((context) =>
      context.map('none', ['a', 'b'], failing, { completionConfig: { shouldComplete: () => completeBatch() } }),
    );
    await stage.run();
    expect(stage.actions.slice(0, 2)).toEqual(['CONTEXT START none', 'CONTEXT SUCCEED none']);
    expect(told.map(outcomes)).toEqual(Array(2).fill({ completionReason: 'CUSTOM_COMPLETION_SUCCEEDED', all: [] }));
  });

  it('tells shouldComplete where each item stands, in an array that is made once', async () => {
    const arrays = new Set<readonly CompletionItemStatus[]>();
    const seen: string[] = [];
    const config: MapConfig<string, string> = {
      maxConcurrency: 1,
      itemNamer: (item) => (item === 'bad' ? '' : `item ${item}`),
      completionConfig: {
        shouldComplete: ({ items, successCount, failureCount, completedCount, totalCount }) => {
          arrays.add(items);
          seen.push(
            [
              successCount,
              failureCount,
              completedCount,
              totalCount,
              ...items.map(({ status }) => status?.[0] ?? '.'),
            ].join(''),
          );
          expect(items.map(({ name }) => name)).toEqual(['item a', undefined, 'item c']);
          return completedCount === 2 ? completeBatch('FAILED') : continueBatch();
        },
      },
    };
    const { stage, told } = batching((context) => context.map(['a', 'bad', 'c'], failing, config));
    await stage.run();
    expect(seen).toEqual(['0003...', '0003S..', '1013S..', '1013SS.', '1123SF.']);
    expect(arrays.size).toBe(1);
    expect(told.map(({ status, completionReason }) => [status, completionReason])).toEqual(
      Array(2).fill(['FAILED', 'CUSTOM_COMPLETION_FAILED']),
    );
  });

  it('fails as a context does when shouldComplete throws', async () => {
    const stage = new Stage((context) =>
      context.map('odd', ['a'], failing, {
        completionConfig: {
          shouldComplete: () => {
            throw new RangeError('no quorum');
          },
        },
      }),
    );
    await expect(stage.invoke()).resolves.toMatchObject({
      Status: 'FAILED',
      Error: { ErrorType: 'ChildContextError', ErrorMessage: 'no quorum' },
    });
    expect(stage.service.operation('odd').Status).toBe('FAILED');
  });
});

describe('a flat batch', () => {
  const flat = { nesting: NestingType.FLAT };

  it('records its items’ operations below itself, with the ids that nested ones would have', async () => {
    const { stage, told } = batching((context) =>
      context.map('mail', ['a', 'b'], (item, to) => item.step(`send ${to}`, async () => to), flat),
    );
    await stage.run();
    expect(stage.service.operation('send a')).toMatchObject({ Id: '2f221a18eb863803', ParentId: 'c4ca4238a0b92382' });
    expect(stage.service.operation('send b')).toMatchObject({ Id: '6151f5ab282d90e4', ParentId: 'c4ca4238a0b92382' });
    expect(stage.service.operations.size).toBe(5);
    expect(told.map((batch) => batch.getResults())).toEqual(Array(2).fill(['a', 'b']));
  });

  it('runs the bodies again in each invocation until it has ended', async () => {
    const ran: string[] = [];
    const { stage, told } = batching((context) =>
      context.map(
        ['a', 'b'],
        async (item, name) => {
          ran.push(name);
          if (name === 'b') await item.wait({ seconds: 1 });
          return item.step(async () => name);
        },
        flat,
      ),
    );
    await stage.run();
    expect(ran).toEqual(['a', 'b', 'a', 'b']);
    expect(told.map((batch) => batch.getResults())).toEqual(Array(2).fill(['a', 'b']));
  });

  it('fails items as a nested one does', async () => {
    const { stage, told } = batching((context) =>
      context.map(['a', 'bad'], failing, { ...flat, completionConfig: { toleratedFailureCount: 1 } }),
    );
    await stage.run();
    for (const batch of told) expect(batch.getErrors()[0]).toBeInstanceOf(ChildContextError);
    expect(told.map(outcomes)).toEqual(
      Array(2).fill({
        completionReason: 'ALL_COMPLETED',
        all: [
          ['SUCCEEDED', 'a'],
          ['FAILED', 'bad'],
        ],
      }),
    );
  });
});

describe.each([NestingType.NESTED, NestingType.FLAT])('a %s batch over 256 KiB', (nesting) => {
  function large() {
    const ran: number[] = [];
    const { stage, told } = batching((context) =>
      context.parallel<string>(
        'large',
        [0, 1, 2, 3].map((index) => async (branch: DurableContext) => {
          ran.push(index);
          if (index === 3) return branch.wait('endless', { hours: 1 }).then(() => 'never');
          const text = await branch.step(`step ${index}`, async () => 'x'.repeat(LARGE_CHARACTERS));
          if (index === 1) throw new TypeError('one');
          return text;
        }),
        { nesting, completionConfig: { minSuccessful: 2, toleratedFailureCount: 1 }, summaryGenerator: () => 'mine' },
      ),
    );
    return { stage, told, ran };
  }

  const sizes = ({ all, completionReason, status, totalCount, startedCount }: BatchResult<string>) => ({
    all: all.map((item) => [item.status, item.error?.message ?? item.result?.length]),
    completionReason,
    status,
    totalCount,
    startedCount,
  });
  const expected = {
    all: [
      ['SUCCEEDED', LARGE_CHARACTERS],
      ['FAILED', 'one'],
      ['SUCCEEDED', LARGE_CHARACTERS],
      ['STARTED', undefined],
    ],
    completionReason: 'MIN_SUCCESSFUL_REACHED',
    status: 'FAILED',
    totalCount: 4,
    startedCount: 1,
  };

  it('stores the outcome of each item, and rebuilds the results from what is saved of them', async () => {
    const { stage, told } = large();
    await stage.run();
    const { Result, ReplayChildren } = stage.service.operation('large').ContextDetails!;
    expect(ReplayChildren).toBe(true);
    expect(JSON.parse(Result!)).toEqual({
      type: 'ParallelResult',
      totalCount: 4,
      successCount: 2,
      failureCount: 1,
      startedCount: 1,
      completionReason: 'MIN_SUCCESSFUL_REACHED',
      status: 'FAILED',
      itemStatuses: 'SFS-',
      summary: 'mine',
    });
    expect(told.map(sizes)).toEqual([expected, expected]);
  });

  it('runs nothing on replay that had not ended, and of the rest only what is needed', async () => {
    const { stage, ran } = large();
    await stage.run();
    expect(ran).toEqual(nesting === NestingType.FLAT ? [0, 1, 2, 3, 0, 1, 2] : [0, 1, 2, 3]);
    expect(stage.actions.filter((action) => action.includes('step'))).toHaveLength(6);
  });

  it('is rebuilt from the records of its items where a summary does not list them', async () => {
    const { stage, told } = large();
    await stage.invoke();
    const { Id, ContextDetails } = stage.service.operation('large');
    const summary = JSON.stringify({ type: 'ParallelResult', completionReason: 'MIN_SUCCESSFUL_REACHED' });
    stage.service.change(Id, { ContextDetails: { ...ContextDetails, Result: summary } });
    stage.service.change(stage.service.operation('afterwards').Id, { Status: 'SUCCEEDED' });
    await stage.invoke();
    expect(sizes(told.at(-1)!)).toEqual(expected);
  });
});

it('a large batch with its own serdes is rebuilt by its summary, which that serdes has not written', async () => {
  const serdes = {
    serialize: async (batch: unknown) => JSON.stringify({ batch }),
    deserialize: async (text: string | undefined) => (JSON.parse(text!) as { batch: never }).batch,
  };
  const { stage, told } = batching((context) =>
    context.map('large', [1, 2, 3], (item) => item.step(async () => 'x'.repeat(LARGE_CHARACTERS)), {
      completionConfig: { minSuccessful: 2 },
      maxConcurrency: 1,
      serdes,
    }),
  );
  await stage.run();
  expect(told.map(({ completionReason, all }) => [completionReason, all.length])).toEqual([
    ['MIN_SUCCESSFUL_REACHED', 2],
    ['MIN_SUCCESSFUL_REACHED', 2],
  ]);
});

it.each([
  [NestingType.FLAT, NestingType.NESTED, 'MapIteration "map-item-0" had completed with its batch'],
  [NestingType.NESTED, NestingType.FLAT, 'but the code now calls virtual CONTEXT (MapIteration) "map-item-0"'],
])('a large %s batch fails the execution when it has become %s since it ended', async (before, after, message) => {
  const large = (nesting: NestingType) => (context: DurableContext) =>
    context.map('large', [1, 2], (item) => item.step(async () => 'x'.repeat(LARGE_CHARACTERS)), { nesting });
  const { stage } = batching(large(before));
  await stage.invoke();
  stage.service.passTime();
  stage.handler = large(after);
  await expect(stage.invoke()).resolves.toMatchObject({
    Status: 'FAILED',
    Error: { ErrorMessage: expect.stringContaining(message) },
  });
});

describe('parallel', () => {
  it('names its branches as they are named, and otherwise by their index', async () => {
    const { stage } = batching((context) =>
      context.parallel<number>('trip', [
        async () => 1,
        { name: 'hotel', func: async () => 2 },
        { func: async () => 3 },
      ]),
    );
    await stage.run();
    const branches = [...stage.service.operations.values()].filter(({ SubType }) => SubType === 'ParallelBranch');
    expect(branches.map(({ Name }) => Name)).toEqual(['parallel-branch-0', 'hotel', 'parallel-branch-2']);
    expect(stage.service.operation('trip').SubType).toBe('Parallel');
  });

  it('resolves branches of different types to the union of them', async () => {
    const stage = new Stage(async (context) => {
      const named = await context.parallel('trip', [
        async () => ({ flight: 'LH1' }),
        { name: 'hotel', func: (branch) => branch.step(async () => 7) },
      ]);
      const results: Array<{ flight: string } | number> = named.getResults();
      const unnamed = await context.parallel([async () => 'text', async () => true]);
      const others: Array<string | boolean> = unnamed.getResults();
      return [...results, ...others];
    });
    await expect(stage.result()).resolves.toEqual([{ flight: 'LH1' }, 7, 'text', true]);
  });

  it.each<[string, unknown, string]>([
    ['no array', undefined, 'needs an array of branches'],
    ['a branch that cannot be run', [async () => 1, { name: 'odd' }], 'branches[1] is neither'],
    ['an empty branch', [null], 'branches[0] is neither'],
  ])('fails the execution for %s, and records nothing', async (_what, branches, problem) => {
    const stage = new Stage((context) => context.parallel('wrong', branches as never[]));
    await expect(stage.invoke()).resolves.toMatchObject({
      Status: 'FAILED',
      Error: { ErrorType: 'ConfigValidationError', ErrorMessage: expect.stringContaining(problem) },
    });
    expect(stage.service.updates).toEqual([]);
  });

  it('lets branches that wait for different times go on in different invocations', async () => {
    const waiting = (hours: number) => async (branch: DurableContext) => {
      await branch.wait(`wait ${hours}`, { hours });
      return hours;
    };
    const { stage, told } = batching((context) => context.parallel<number>([waiting(1), waiting(2)]));
    const end = (name: string) => stage.service.change(stage.service.operation(name).Id, { Status: 'SUCCEEDED' });
    await stage.invoke();
    end('wait 2');
    await expect(stage.invoke()).resolves.toEqual({ Status: 'PENDING' });
    expect(stage.service.operation('parallel-branch-1').Status).toBe('SUCCEEDED');
    expect(told).toEqual([]);
    end('wait 1');
    await stage.invoke();
    expect(told[0]!.getResults()).toEqual([1, 2]);
  });
});
