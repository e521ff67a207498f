import type { DurableContext } from '../../engine/context/durable-context.js';
import { withDurableExecution } from '../../engine/invocation/with-durable-execution.js';
import type { DurableRun } from '../run/durable-run.js';
import { TestBench } from '../test-bench.js';
import { replayHistory } from './replay-history.js';

type Code = (context: DurableContext) => Promise<unknown>;

const handlerOf = (code: Code) => withDurableExecution(async (_input, context) => code(context));

async function recorded(code: Code, until: (run: DurableRun) => Promise<unknown>) {
  const bench = await TestBench.open({ startMs: Date.parse('2026-03-01T00:00:00Z'), isManual: false });
  bench.run('f', handlerOf(code));
  bench.mock('render', () => 'rendered');
  const run = await bench.start('f', '{"id":7}');
  await until(run);
  await bench.close();
  return { Events: run.events };
}

const original: Code = async (context) => {
  const a = await context.step('a', async () => 'ran');
  const both = await context.parallel('both', [async (left) => left.step('left', async () => 1), async () => 2]);
  await context.wait('pause', { days: 1 });
  const c = await context.step('c', async () => 'ran');
  return [a, both.getResults(), c];
};

const ended = () => recorded(original, (run) => run.result());
const suspended = () => recorded(original, (run) => run.until({ suspended: true }));

describe('replayHistory', () => {
  it('finds nothing where the code is the same, and runs no body', async () => {
    let bodies = 0;
    const counting: Code = async (context) => {
      const counted = (name: string) => context.step(name, async () => (bodies += 1));
      await counted('a');
      await context.parallel('both', [async (left) => left.step('left', async () => 1), async () => 2]);
      await context.wait('pause', { days: 1 });
      await counted('c');
    };
    await expect(replayHistory(handlerOf(original), await ended())).resolves.toEqual({ findings: [], next: [] });
    await expect(replayHistory(handlerOf(counting), await suspended())).resolves.toMatchObject({ findings: [] });
    expect(bodies).toBe(0);
  });

  it.each<[string, Code, RegExp]>([
    [
      'renamed',
      async (context) => {
        await context.step('a2', async () => 'ran');
      },
      /"a".*"a2"/,
    ],
    [
      'put in front',
      async (context) => {
        await context.wait('before', { seconds: 1 });
        return original(context);
      },
      /"a".*"before"/,
    ],
    [
      'moved',
      async (context) => {
        await context.wait('pause', { days: 1 });
        await context.step('a', async () => 'ran');
      },
      /"a".*"pause"/,
    ],
  ])('finds an operation that was %s', async (_what, code, message) => {
    const { findings } = await replayHistory(handlerOf(code), await suspended());
    expect(findings).toEqual([
      {
        kind: 'changed',
        message: expect.stringMatching(message),
        diff: ['- Step "a"', expect.stringMatching(/^\+ (Step|Wait) "/)],
        calledAt: expect.stringMatching(/replay-history\.spec\.ts:\d+:\d+$/),
        proposal: expect.stringMatching(
          /^if \(context\.patched\('[a-z0-9-]+'\)\) \{ \/\* .* \*\/ \} else \{ \/\* Step "a", as recorded \*\/ \}$/,
        ),
      },
    ]);
  });

  it('finds an operation that begins behind the end of the recorded execution', async () => {
    const longer: Code = async (context) => {
      const result = await original(context);
      await context.step('more', async () => undefined);
      return result;
    };
    const { findings } = await replayHistory(handlerOf(longer), await ended());
    expect(findings).toEqual([{ kind: 'added', message: expect.stringContaining('"more"'), diff: ['+ Step "more"'] }]);
  });

  it('finds code that ends where the recorded execution goes on', async () => {
    const shorter: Code = async (context) => {
      await context.step('a', async () => 'ran');
      return 'done';
    };
    const { findings } = await replayHistory(handlerOf(shorter), await suspended());
    expect(findings).toEqual([
      {
        kind: 'missing',
        message: expect.stringContaining('"both"'),
        diff: ['  Step "a"', '- Parallel "both"'],
        proposal: `if (!context.patched('without-both')) { /* Parallel "both", as recorded */ }`,
      },
      {
        kind: 'missing',
        message: expect.stringContaining('"pause"'),
        diff: ['  Step "a"', '  Parallel "both"', '- Wait "pause"'],
        proposal: `if (!context.patched('without-pause')) { /* Wait "pause", as recorded */ }`,
      },
    ]);
  });

  it('finds nothing where a patch keeps both ways, and says which is new', async () => {
    const patched: Code = async (context) => {
      await context.step(context.patched('new-name') ? 'a2' : 'a', async () => 'ran');
      const both = await context.parallel('both', [async (left) => left.step('left', async () => 1), async () => 2]);
      await context.wait('pause', { days: 1 });
      const c = await context.step('c', async () => 'ran');
      context.patched('at the end');
      return ['ran', both.getResults(), c];
    };
    await expect(replayHistory(handlerOf(patched), await suspended())).resolves.toMatchObject({ findings: [] });
    await expect(replayHistory(handlerOf(patched), await ended())).resolves.toMatchObject({ findings: [] });
    const later = await recorded(patched, (run) => run.until({ suspended: true }));
    await expect(replayHistory(handlerOf(patched), later)).resolves.toEqual({ findings: [], next: [] });
    const { findings } = await replayHistory(handlerOf(original), later);
    expect(findings).toMatchObject([{ kind: 'changed', message: expect.stringMatching(/"a2".*"a"/) }]);
  });

  it('finds a last operation that was removed, although the recorded execution has ended', async () => {
    const shorter: Code = async (context) => {
      await context.step('a', async () => 'ran');
      await context.parallel('both', [async (left) => left.step('left', async () => 1), async () => 2]);
      await context.wait('pause', { days: 1 });
    };
    const { findings } = await replayHistory(handlerOf(shorter), await ended());
    expect(findings).toMatchObject([{ kind: 'missing', diff: ['  Parallel "both"', '  Wait "pause"', '- Step "c"'] }]);
  });

  it('finds an end that has become another one', async () => {
    const failing: Code = async (context) => {
      await original(context);
      throw new RangeError('no longer');
    };
    const { findings } = await replayHistory(handlerOf(failing), await ended());
    expect(findings).toEqual([
      {
        kind: 'outcome',
        message: 'It is FAILED: no longer, and was recorded as SUCCEEDED.',
        diff: ['- SUCCEEDED', '+ FAILED: no longer'],
      },
    ]);
  });

  describe('inputs', () => {
    const asking =
      ({
        pages = 3,
        fn = 'render:live',
        days = 1,
        hours = 3,
      }: {
        pages?: number;
        fn?: string;
        days?: number;
        hours?: number;
      }): Code =>
      async (context) => {
        const input = { report: { pages, lines: ['a', 'b'] }, secret: undefined };
        await context.invoke('render', fn, input).catch(() => undefined);
        await context.invoke('bare', fn).catch(() => undefined);
        await context.wait('pause', { days });
        return context.waitForCallback('approval', async () => undefined, { timeout: { hours } });
      };
    const asked = () => recorded(asking({}), (run) => run.until({ callback: 'approval' }));
    const site: unknown = expect.stringMatching(/replay-history\.spec\.ts:\d+:\d+$/);

    it('are the same where the code is the same', async () => {
      await expect(replayHistory(handlerOf(asking({})), await asked())).resolves.toMatchObject({ findings: [] });
    });

    it.each<[string, Parameters<typeof asking>[0], unknown]>([
      ['an invoke', { pages: 4 }, ['  ChainedInvoke "render"', '- input.report.pages: 3', '+ input.report.pages: 4']],
      ['a wait', { days: 2 }, ['  Wait "pause"', '- seconds: 86400', '+ seconds: 172800']],
      [
        'a callback',
        { hours: 4 },
        ['  WaitForCallback "approval"', '- timeoutSeconds: 10800', '+ timeoutSeconds: 14400'],
      ],
    ])('are found changed for %s', async (_what, change, diff) => {
      const { findings } = await replayHistory(handlerOf(asking(change)), await asked());
      expect(findings).toEqual([
        { kind: 'input', message: expect.stringContaining('another input than recorded'), diff, calledAt: site },
      ]);
    });

    it('name the function that is invoked in the place of another', async () => {
      const history = await asked();
      const { findings } = await replayHistory(handlerOf(asking({ fn: 'draw:live' })), history);
      expect(findings).toMatchObject([
        { diff: ['  ChainedInvoke "render"', '- function: "render:live"', '+ function: "draw:live"'] },
        { diff: ['  ChainedInvoke "bare"', '- function: "render:live"', '+ function: "draw:live"'] },
      ]);
      const ignored = await replayHistory(handlerOf(asking({ fn: 'draw:live' })), history, { inputs: 'ignore' });
      expect(ignored.findings).toEqual([]);
    });

    it('are not compared where the history leaves data out', async () => {
      const { Events } = await asked();
      const bare = Events.map((event) => {
        const { Input, ...details } = (event[`${event.EventType}Details`] ?? {}) as { Input?: object };
        return {
          ...event,
          [`${event.EventType}Details`]: { ...details, ...(Input && { Input: { Truncated: true } }) },
        };
      });
      const { findings } = await replayHistory(handlerOf(asking({ pages: 9 })), { Events: bare });
      expect(findings).toEqual([]);
    });
  });

  it('leaves no timer behind', async () => {
    const timers = () => process.getActiveResourcesInfo().filter((one) => one === 'Timeout').length;
    const history = await suspended();
    const before = timers();
    await replayHistory(handlerOf(original), history);
    expect(timers()).toBe(before);
  });

  it('waits for code outside operations, such as the boot of an application', async () => {
    const handler = handlerOf(async (context) => context.step('renamed', async () => 1));
    const turns = async () => {
      for (let turn = 0; turn < 100; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    };
    const late = async (event: never, context: never) => turns().then(() => handler(event, context));
    const { findings } = await replayHistory(late, await suspended());
    expect(findings).toMatchObject([{ kind: 'changed', diff: ['- Step "a"', '+ Step "renamed"'] }]);
  });

  it.each([() => 1, () => undefined, async () => ({ statusCode: 200 })])(
    'refuses %p, which is not durable',
    async (f) => {
      await expect(replayHistory(f, await suspended())).rejects.toThrow('The function is no durable handler');
    },
  );

  it.each([{}, { Events: 5 }, { Events: [null] }])('refuses %j, which is not a history', async (value) => {
    await expect(replayHistory(handlerOf(original), value as never)).rejects.toThrow('This is not a history');
  });

  it('refuses a part of a history: what is missing would look like a change of the code', async () => {
    const { Events } = (await suspended()) as { Events: object[] };
    for (const part of [{ Events: [] }, { Events: Events.slice(2) }, { Events, NextMarker: 'more' }])
      await expect(replayHistory(handlerOf(original), part as never)).rejects.toThrow('only a part of a history');
  });

  it('reads a history whose newest event comes first', async () => {
    const { Events } = (await ended()) as { Events: object[] };
    const longer: Code = async (context) => {
      await original(context);
      await context.step('d', async () => 'ran');
    };
    const { findings } = await replayHistory(handlerOf(longer), { Events: Events.toReversed() });
    expect(findings).toMatchObject([{ kind: 'added', diff: ['+ Step "d"'] }]);
  });
});
