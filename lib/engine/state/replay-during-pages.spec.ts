import { AsyncLocalStorage } from 'node:async_hooks';
import { type Handler, Stage } from '../../../test/engine/support/stage.js';
import { awsError, connectionReset } from '../../../test/engine/support/strict-service.js';
import { turns } from '../../../test/engine/support/turns.js';
import { OPERATION_PAYLOAD_BYTES } from '../../wire/limits.js';
import type { DurableContext } from '../context/durable-context.js';
import type { EngineConfig } from '../invocation/engine-config.js';
import { StepSemantics } from '../operations/step-config.js';

afterEach(() => turns(5));

/** Lets pages through one by one. */
class Gate {
  #arrived: Array<() => void> = [];

  constructor(stage: Stage, failure?: () => Error) {
    stage.service.interfere = async ({ api }) => {
      if (api !== 'state') return;
      await new Promise<void>((resolve) => this.#arrived.push(resolve));
      if (failure) throw failure();
    };
  }

  get waiting(): number {
    return this.#arrived.length;
  }

  async open(): Promise<void> {
    this.#arrived.shift()!();
    await turns(4);
  }
}

/** A stage whose execution has done what the handler does up to its first wait, in pages of `pageItems`. */
async function resumed(handler: Handler, pageItems: number, config: EngineConfig = {}): Promise<Stage> {
  const stage = new Stage(handler, { config });
  await expect(stage.invoke()).resolves.toEqual({ Status: 'PENDING' });
  stage.service.passTime();
  stage.service.calls.length = 0;
  Object.assign(stage.service, { pageItems, firstPageItems: pageItems });
  return stage;
}

const steps =
  (seen: string[]): Handler =>
  async (context) => {
    for (const name of ['a', 'b', 'c', 'd']) {
      await context.step(name, async () => undefined);
      seen.push(name);
    }
    await context.wait('pause', { seconds: 1 });
    await context.step('new', async () => seen.push('new'));
  };

describe('a replay while pages of state are on their way', () => {
  it('goes as far as the pages do', async () => {
    const seen: string[] = [];
    const stage = await resumed(steps(seen), 2);
    seen.length = 0;
    const gate = new Gate(stage);
    const ending = stage.invoke();
    await turns(4);
    // The first page holds the EXECUTION operation and a; b may not have been recorded.
    expect([seen, gate.waiting]).toEqual([[], 1]);
    await gate.open();
    expect([seen, gate.waiting]).toEqual([['a', 'b'], 1]);
    await gate.open();
    expect(seen).toEqual(['a', 'b', 'c', 'd', 'new']);
    await expect(ending).resolves.toMatchObject({ Status: 'SUCCEEDED' });
  });

  it.each([
    ['an attempt that was interrupted', StepSemantics.AtLeastOncePerRetry],
    ['one that may run only once', StepSemantics.AtMostOncePerRetry],
  ])('begins nothing before the last page is there: %s', async (_, semantics) => {
    const ran: string[] = [];
    const stage = await resumed(async (context) => {
      await Promise.all([
        context.step('open', async () => ran.push('open'), { semantics }),
        context.step('other', async () => ran.push('other')),
      ]);
      await context.wait('pause', { seconds: 1 });
    }, 2);
    stage.service.change(stage.service.operation('open').Id, { Status: 'STARTED', StepDetails: { Attempt: 0 } });
    ran.length = 0;
    const gate = new Gate(stage);
    const ending = stage.invoke();
    await turns(4);
    expect([ran, stage.service.calls.map(({ api }) => api)]).toEqual([[], ['state']]);
    await gate.open();
    await ending;
    expect(ran).toEqual(semantics === StepSemantics.AtMostOncePerRetry ? [] : ['open']);
  });

  it('does not take what is still missing for something new', async () => {
    const ran: string[] = [];
    const handler: Handler = async (context) => {
      const first = context.step('first', async () => ran.push('first'));
      const second = context.step('second', async () => ran.push('second'));
      const child = context.runInChildContext('child', (inner) => inner.step('inner', async () => ran.push('inner')));
      await Promise.all([first, second, child]);
      await context.wait('pause', { seconds: 1 });
      return 'done';
    };
    for (const pageItems of [1, 2, 3, 4]) {
      const stage = await resumed(handler, pageItems);
      ran.length = 0;
      await expect(stage.invoke()).resolves.toEqual({ Status: 'SUCCEEDED', Result: '"done"' });
      expect(ran).toEqual([]);
    }
  });

  it('records nothing before the last page is there: each answer voids the token with which pages are read', async () => {
    const stage = await resumed(
      async (context) => {
        await context.runInChildContext('child', async (child) => child.step('inner', async () => 'inner'));
        await context.wait('pause', { seconds: 1 });
        return 'done';
      },
      3,
      { stepStartHoldMs: 0 },
    );
    // The process died after what is inside the child had ended, and before the child had.
    stage.service.change(stage.service.operation('child').Id, { Status: 'STARTED', ContextDetails: undefined });
    const gate = new Gate(stage);
    const ending = stage.invoke();
    await turns(6);
    expect([stage.actions, gate.waiting]).toEqual([[], 1]);
    await gate.open();
    await expect(ending).resolves.toEqual({ Status: 'SUCCEEDED', Result: '"done"' });
    expect(stage.actions).toEqual(['CONTEXT SUCCEED child']);
  });

  it('tells code of no end that is not recorded, while what has started may end first, and suspends afterwards', async () => {
    let seen: string[] = [];
    const stage = await resumed(async (context) => {
      const order: string[] = (seen = []);
      const child = context.runInChildContext('child', async (inner) => {
        void inner.step('inner', async () => undefined);
        await turns(3);
      });
      void child.then(() => order.push('child'));
      void context.step('started', async () => undefined).then(() => order.push('started'));
      // The next operation of the handler is known meanwhile, and not called.
      await turns(10);
      await context.step('later', async () => undefined);
      await context.wait('pause', { seconds: 1 });
      await context.wait('another', { hours: 1 });
    }, 5);
    const { service } = stage;
    const open = { Status: 'STARTED', EndTimestamp: undefined } as const;
    service.change(service.operation('child').Id, { ...open, ContextDetails: undefined });
    service.change(service.operation('started').Id, { ...open, StepDetails: { Attempt: 0 } });
    const gate = new Gate(stage);
    const ending = stage.invoke();
    await turns(20);
    expect([seen, gate.waiting]).toEqual([[], 1]);
    await gate.open();
    await expect(ending).resolves.toEqual({ Status: 'PENDING' });
    expect(seen).toEqual(['child', 'started']);
  });

  it('rebuilds a large result from all that is inside', async () => {
    const ballast = 'x'.repeat(OPERATION_PAYLOAD_BYTES);
    const ran: string[] = [];
    const handler: Handler = async (context) => {
      const large = await context.runInChildContext('large', async (child) => {
        const parts = await Promise.all(['one', 'two'].map((name) => child.step(name, async () => ran.push(name))));
        return { parts, ballast };
      });
      await context.wait('pause', { seconds: 1 });
      return large.parts;
    };
    for (const pageItems of [1, 2, 3, 4]) {
      const stage = await resumed(handler, pageItems);
      ran.length = 0;
      await expect(stage.invoke()).resolves.toEqual({ Status: 'SUCCEEDED', Result: '[1,2]' });
      expect(ran).toEqual([]);
    }
  });

  it('lets the same one win a race as a replay in one piece', async () => {
    const winners: unknown[] = [];
    const handler: Handler = async (context) => {
      const work = context.step('work', async () => 'work');
      winners.push((await Promise.race([work, context.wait('timeout', { seconds: 1 })])) ?? 'timeout');
      await context.step(`after ${String(winners.at(-1))}`, async () => undefined);
      await context.wait('pause', { seconds: 1 });
    };
    for (const pageItems of [1000, 1, 2, 3, 4]) {
      const stage = await resumed(handler, pageItems);
      await expect(stage.invoke()).resolves.toEqual({ Status: 'SUCCEEDED' });
    }
    expect(new Set(winners)).toEqual(new Set(['work']));
  });

  it('hands over the id of a callback that has not completed in its turn', async () => {
    const seen: string[] = [];
    const stage = await resumed(async (context) => {
      const asked = async () => {
        const [answer] = await context.createCallback('ask');
        seen.push('id');
        await context.step('send', async () => undefined);
        await answer;
      };
      const worked = async () => {
        await context.step('work', async () => undefined);
        seen.push('work');
        await context.step('go on', async () => undefined);
      };
      await Promise.all([asked(), worked()]);
    }, 2);
    const live = seen.splice(0);
    expect(live).toEqual(['id', 'work']);
    await expect(stage.invoke()).resolves.toEqual({ Status: 'PENDING' });
    expect(seen).toEqual(live);
  });

  it('answers also who awaits an operation of a context that has returned meanwhile', async () => {
    const handler: Handler = async (context) => {
      const slow = context.step('slow', () => turns(6));
      let fast: Promise<string> | undefined;
      const body = async (child: DurableContext) => {
        fast = child.step('fast', async () => 'fast');
        await slow;
      };
      await context.runInChildContext('child', body, { virtualContext: true });
      const result = await fast;
      await context.step('other', async () => undefined);
      await context.wait('pause', { seconds: 1 });
      return result;
    };
    for (const pageItems of [1, 2, 3]) {
      const stage = await resumed(handler, pageItems);
      await expect(stage.invoke()).resolves.toEqual({ Status: 'SUCCEEDED', Result: '"fast"' });
    }
  });

  it('runs what is new as part of the code that has called it', async () => {
    const request = new AsyncLocalStorage<string>();
    const seen: Array<string | undefined> = [];
    const note = async (): Promise<void> => void seen.push(request.getStore());
    const started = (context: DurableContext) => [
      context.step('before', async () => undefined),
      context.wait('pause', { seconds: 1 }),
    ];
    const added = (context: DurableContext) => [
      context.step('step', note),
      context.step('at most once', note, { semantics: StepSemantics.AtMostOncePerRetry }),
      context.runInChildContext('child', note),
      context.runInChildContext('virtual child', note, { virtualContext: true }),
      context.map('items', [1, 2], note, { maxConcurrency: 1 }),
    ];
    for (const pageItems of [1, 2, 3]) {
      const stage = await resumed((context) => Promise.all(started(context)), pageItems);
      // As if the process had died before these were recorded.
      stage.handler = (context) =>
        request.run('its own', async () => {
          await Promise.all<unknown>([...started(context), ...added(context)]);
        });
      seen.length = 0;
      await expect(stage.invoke()).resolves.toEqual({ Status: 'SUCCEEDED' });
      expect(seen).toEqual(Array(6).fill('its own'));
    }
  });

  it('logs what a child says that has begun and recorded nothing yet', async () => {
    const stage = await resumed(async (context) => {
      await Promise.all([
        context.runInChildContext('child', async (child) => {
          child.logger.info({ message: 'child begins' });
          await child.step('inner', async () => undefined);
        }),
        context.step('other', async () => undefined),
      ]);
      await context.wait('pause', { seconds: 1 });
    }, 2);
    stage.service.operations.delete(stage.service.operation('inner').Id);
    stage.service.change(stage.service.operation('child').Id, { Status: 'STARTED', ContextDetails: undefined });
    stage.logger.records.length = 0;
    await stage.run();
    expect(stage.logger.records).toMatchObject([{ record: { message: 'child begins' } }]);
  });

  it('is as silent as any, and not more silent: each record is logged once', async () => {
    const handler: Handler = async (context) => {
      context.logger.info({ message: 'begins' });
      await context.map('items', [1, 2, 3, 4, 5], async (item, number) => {
        item.logger.info({ message: `item ${number} begins` });
        await item.step('before', async () => undefined);
        item.logger.info({ message: `item ${number} sleeps` });
        await item.wait('pause', { seconds: 1 });
        item.logger.info({ message: `item ${number} wakes` });
        await item.step('after', async () => undefined);
        item.logger.info({ message: `item ${number} ends` });
      });
      context.logger.info({ message: 'ends' });
    };
    const linesOf = ({ logger }: Stage) => logger.records.map(({ record }) => JSON.stringify(record)).sort();
    const whole = await resumed(handler, 1000);
    await whole.run();
    for (const pageItems of [1, 2, 3, 5, 8, 13]) {
      const paged = await resumed(handler, pageItems);
      await paged.run();
      expect(linesOf(paged)).toEqual(linesOf(whole));
      expect(new Set(linesOf(paged)).size).toBe(linesOf(paged).length);
    }
  });

  it('takes a page of which nothing can be made for one that cannot be read', async () => {
    const stage = await resumed((context) => context.wait('pause', { seconds: 1 }), 1);
    Object.assign(stage.service, { getExecutionState: async () => undefined });
    await expect(stage.invoke()).rejects.toMatchObject({ name: 'GetExecutionStateError' });
    expect(stage.logger.records).toMatchObject([{ record: { path: 'initial-state' } }]);
  });

  describe('when a page cannot be read', () => {
    const failures: Array<[string, () => Error, 'FAILED' | 'thrown']> = [
      ['a key that is disabled', () => awsError('KMSDisabledException', 502), 'FAILED'],
      ['access denied', () => awsError('AccessDeniedException', 403), 'FAILED'],
      ['throttling', () => awsError('TooManyRequestsException', 429), 'thrown'],
      ['a connection that breaks', connectionReset, 'thrown'],
    ];
    const handlers: Array<[string, Handler]> = [
      ['awaits the next operation', async (context) => context.wait('pause', { seconds: 1 })],
      ['catches everything', (context) => context.wait('pause', { seconds: 1 }).catch(() => 'caught')],
      ['has returned', async () => 'done'],
      ['has thrown', () => Promise.reject(new Error('its own'))],
      ['never ends', () => new Promise(() => undefined)],
    ];
    const matrix = failures.flatMap(([what, failure, end]) =>
      handlers.map(([behaviour, rest]) => [what, behaviour, end, failure, rest] as const),
    );

    it.each(matrix)('%s, while user code %s, ends %s on the state path', async (_, __, end, failure, rest) => {
      let isReplaying = false;
      const stage = await resumed(async (context, input) => {
        await context.step('a', async () => undefined);
        await context.step('b', async () => undefined);
        if (!isReplaying) return context.wait('pause', { seconds: 1 });
        return rest(context, input);
      }, 3);
      isReplaying = true;
      const gate = new Gate(stage, failure);
      const ending = stage.invoke().then(
        ({ Status }) => Status,
        (thrown: Error) => ['thrown', thrown.name].join(' '),
      );
      await turns(4);
      await gate.open();
      expect(await ending).toBe(end === 'thrown' ? 'thrown GetExecutionStateError' : end);
      await turns(10);
      expect(stage.service.calls.map(({ api }) => api)).toEqual(['state']);
      expect(stage.logger.records).toHaveLength(1);
      expect(stage.logger.records[0]).toMatchObject({ record: { path: 'initial-state' } });
    });
  });
});
