import { ManualClock } from '../../../../test/engine/support/manual-clock.js';
import { type Handler, Stage } from '../../../../test/engine/support/stage.js';
import { deferred, turns } from '../../../../test/engine/support/turns.js';
import type { DurableContext } from '../../context/durable-context.js';
import type { DurablePromise } from '../../base/durable-promise.js';
import type { AnySerdes } from '../../base/serdes/serdes.js';
import { FREE_BODY_GRACE_MS } from './activity.js';

const PENDING = { Status: 'PENDING' };
const alwaysRetry = { retryStrategy: () => ({ shouldRetry: true, delay: { seconds: 5 } }) };
const declined = () => Promise.reject(new Error('declined'));

function staged(handler: Handler, { clock = new ManualClock() } = {}) {
  return { stage: new Stage(handler, { config: { clock } }), clock };
}

/** Whether an invocation is over, once all that is ready has run; no time passes. */
async function isOver(invocation: Promise<unknown>): Promise<boolean> {
  let over = false;
  void invocation.finally(() => (over = true)).catch(() => undefined);
  await turns(15);
  return over;
}

afterEach(() => turns(3));

describe('suspension', () => {
  describe('at once, without any time passing', () => {
    it.each<[string, Handler]>([
      ['the handler awaits a wait', (context) => context.wait({ seconds: 1 })],
      ['the handler awaits a retry', (context) => context.step(declined, alwaysRetry)],
      ['the handler awaits a callback', async (context) => (await context.createCallback())[0]],
      ['a child awaits a wait', (context) => context.runInChildContext((child) => child.wait({ seconds: 1 }))],
      [
        'a deep child awaits a callback',
        (context) => context.runInChildContext((child) => child.waitForCallback(async () => undefined)),
      ],
      [
        'all branches wait',
        (context) =>
          Promise.all([
            context.wait({ seconds: 1 }),
            context.step(declined, alwaysRetry),
            context.runInChildContext((child) => child.wait({ hours: 1 })),
          ]),
      ],
      ['one of several is awaited', (context) => (void context.wait({ hours: 1 }), context.wait({ seconds: 1 }))],
      ['they are raced', (context) => Promise.race([context.wait({ seconds: 1 }), context.wait({ seconds: 2 })])],
      [
        'they are settled',
        (context) => Promise.allSettled([context.wait({ seconds: 1 }), context.step(declined, alwaysRetry)]),
      ],
      [
        'any of them would do',
        (context) => Promise.any([context.wait({ seconds: 1 }), context.step(declined, alwaysRetry)]),
      ],
      [
        'a wait is followed by `then`',
        (context) => context.wait({ seconds: 1 }).then(() => context.step(async () => 1)),
      ],
      [
        'a branch has ended and the other waits',
        (context) =>
          Promise.all([context.runInChildContext((child) => child.step(async () => 1)), context.wait({ seconds: 1 })]),
      ],
      [
        'a step that nobody awaits is to be retried, and the handler waits',
        (context) => (void context.step(declined, alwaysRetry), context.wait({ hours: 1 })),
      ],
    ])('when %s', async (_, handler) => {
      const { stage } = staged(handler);
      await expect(stage.invoke()).resolves.toEqual(PENDING);
    });

    it('when what had kept it alive ends', async () => {
      const finish = deferred();
      const { stage } = staged((context) =>
        Promise.all([context.wait({ hours: 1 }), context.step(() => finish.promise)]),
      );
      const invocation = stage.invoke();
      expect(await isOver(invocation)).toBe(false);
      finish.resolve();
      await expect(invocation).resolves.toEqual(PENDING);
    });

    it('with everything saved, also what was held for company', async () => {
      const { stage } = staged((context) =>
        context.runInChildContext('child', async (child) => {
          await child.runInChildContext('inner', async () => 1);
          await child.wait('pause', { seconds: 1 });
        }),
      );
      await stage.invoke();
      expect(stage.service.operation('inner').Status).toBe('SUCCEEDED');
    });

    it('on replay, without a single call', async () => {
      const { stage } = staged((context) => Promise.all([context.wait({ hours: 1 }), context.step(async () => 1)]));
      await stage.invoke();
      const calls = stage.service.calls.length;
      await expect(stage.invoke()).resolves.toEqual(PENDING);
      expect(stage.service.calls).toHaveLength(calls);
    });
  });

  describe('not at all', () => {
    it.each<[string, Handler]>([
      ['a wait that nobody awaits', async (context) => (void context.wait({ hours: 1 }), 'done')],
      [
        'a wait that has lost a race',
        (context) => Promise.race([context.wait({ hours: 1 }), context.step(async () => 'done')]),
      ],
      ['a callback that nobody awaits', async (context) => (await context.createCallback(), 'done')],
      [
        'a retry that nobody awaits',
        async (context) => {
          void context.step(declined, alwaysRetry);
          await context.step(() => turns(4));
          return 'done';
        },
      ],
    ])('for %s: the handler has ended', async (_, handler) => {
      const { stage } = staged(handler);
      await expect(stage.invoke()).resolves.toEqual({ Status: 'SUCCEEDED', Result: '"done"' });
    });

    it('while a step runs, however long', async () => {
      const { stage, clock } = staged((context) =>
        Promise.all([context.wait({ hours: 1 }), context.step(() => new Promise(() => undefined))]),
      );
      const invocation = stage.invoke();
      await clock.advance(50_000);
      expect(await isOver(invocation)).toBe(false);
    });

    it('before code that has just been given a result has used it', async () => {
      const { stage } = staged(async (context) => {
        const wait = context.wait({ hours: 1 }).then(() => undefined);
        const chain = (async () => {
          for (let at = 0; at < 10; at += 1) await context.step(`link ${at}`, async () => at);
          return 'all links';
        })();
        return Promise.race([wait, chain]);
      });
      await expect(stage.invoke()).resolves.toEqual({ Status: 'SUCCEEDED', Result: '"all links"' });
    });

    it('when the handler never awaits an operation again and never ends', async () => {
      const { stage, clock } = staged(async (context) => {
        await context.step(async () => 1);
        await new Promise(() => undefined);
      });
      const invocation = stage.invoke();
      await clock.advance(50_000);
      expect(await isOver(invocation)).toBe(false);
      expect(stage.service.isPending).toBe(false);
    });

    it.each<[string, (serdes: AnySerdes, context: DurableContext) => Promise<unknown>]>([
      ["a step's", (serdes, context) => context.step(async () => 'value', { serdes })],
      ["a child's", (serdes, context) => context.runInChildContext(async () => 'value', { serdes })],
      [
        "a virtual child's",
        (serdes, context) => context.runInChildContext(async () => 'value', { serdes, virtualContext: true }),
      ],
    ])('while %s result is being converted, each way', async (_, operation) => {
      const conversions = { serialize: deferred(), deserialize: deferred() };
      const serdes: AnySerdes = {
        serialize: (value) => conversions.serialize.promise.then(() => value as string),
        deserialize: (text) => conversions.deserialize.promise.then(() => text),
      };
      const { stage, clock } = staged((context) =>
        Promise.race([context.wait({ hours: 1 }), operation(serdes, context)]),
      );
      const invocation = stage.invoke();
      await clock.advance(10 * FREE_BODY_GRACE_MS);
      expect(await isOver(invocation)).toBe(false);
      conversions.serialize.resolve();
      await clock.advance(10 * FREE_BODY_GRACE_MS);
      expect(await isOver(invocation)).toBe(false);
      conversions.deserialize.resolve();
      await expect(invocation).resolves.toEqual({ Status: 'SUCCEEDED', Result: '"value"' });
    });
  });

  describe('after a grace, for plain asynchronous code of a body that awaits no operation', () => {
    const branchThat =
      (plain: () => Promise<unknown>): Handler =>
      (context) =>
        Promise.all([
          context.wait({ hours: 1 }),
          context.runInChildContext('branch', async (child) => {
            await plain();
            return child.step('reached', async () => 1);
          }),
        ]);

    it('that code goes on when it needs no longer', async () => {
      const plain = deferred();
      const { stage, clock } = staged(branchThat(() => plain.promise));
      const invocation = stage.invoke();
      await clock.advance(FREE_BODY_GRACE_MS - 1);
      plain.resolve();
      await clock.advance(FREE_BODY_GRACE_MS);
      await expect(invocation).resolves.toEqual(PENDING);
      expect(stage.service.operation('reached').Status).toBe('SUCCEEDED');
    });

    it('is cut off when it needs longer, and records nothing afterwards', async () => {
      const plain = deferred();
      const { stage, clock } = staged(branchThat(() => plain.promise));
      const invocation = stage.invoke();
      await clock.advance(FREE_BODY_GRACE_MS);
      await expect(invocation).resolves.toEqual(PENDING);
      const calls = stage.service.calls.length;
      plain.resolve();
      await turns(5);
      expect(stage.service.calls).toHaveLength(calls);
    });

    it("covers a branch that awaits a promise of its parent's", async () => {
      const { stage, clock } = staged(async (context) => {
        const wait = context.wait({ hours: 1 });
        return context.runInChildContext(async () => {
          await wait;
          return 'rested';
        });
      });
      const invocation = stage.invoke();
      await clock.advance(FREE_BODY_GRACE_MS);
      await expect(invocation).resolves.toEqual(PENDING);
      stage.service.passTime();
      await expect(stage.invoke()).resolves.toEqual({ Status: 'SUCCEEDED', Result: '"rested"' });
    });

    it('covers a handler that awaits none of its operations, one of which is to be retried', async () => {
      const { stage, clock } = staged(async (context) => {
        void context.step(declined, alwaysRetry);
        await new Promise(() => undefined);
      });
      const invocation = stage.invoke();
      await clock.advance(FREE_BODY_GRACE_MS);
      await expect(invocation).resolves.toEqual(PENDING);
    });

    it('costs nothing when all bodies await operations', async () => {
      const { stage, clock } = staged((context) => context.wait({ hours: 1 }));
      await stage.invoke();
      expect(clock.delaysMs).not.toContain(FREE_BODY_GRACE_MS);
    });
  });

  describe('in place of it, while something else runs', () => {
    /** A handler with a step that runs until it is released. */
    function besidesALongStep(handler: (context: DurableContext) => Promise<unknown>) {
      const finish = deferred();
      const { stage, clock } = staged(async (context) => {
        const long = context.step('long', () => finish.promise);
        const result = await handler(context);
        finish.resolve();
        await long;
        return result;
      });
      return { stage, clock, finish };
    }

    it('a retry goes on when it is due', async () => {
      let attempts = 0;
      const { stage, clock } = besidesALongStep((context) =>
        context.step('flaky', async () => ((attempts += 1) < 3 ? declined() : 'paid'), alwaysRetry),
      );
      stage.service.interfere = (call) => {
        // The service's clock goes with the engine's: an empty call means that something is due.
        if (call.request.Updates!.length === 0) stage.service.passTime();
      };
      const invocation = stage.invoke();
      await clock.advance(3000);
      await expect(invocation).resolves.toEqual({ Status: 'SUCCEEDED', Result: '"paid"' });
      expect(stage.actions.filter((action) => action.endsWith('flaky'))).toEqual([
        'STEP START flaky',
        'STEP RETRY flaky',
        'STEP START flaky',
        'STEP RETRY flaky',
        'STEP START flaky',
        'STEP SUCCEED flaky',
      ]);
    });

    it('a callback is asked for after a second, then less and less often', async () => {
      const { stage, clock } = besidesALongStep(async (context) => (await context.createCallback('answer'))[0]);
      const invocation = stage.invoke();
      await clock.advance(11_000);
      const emptyCalls = stage.requests.filter((updates) => updates.length === 0);
      expect(emptyCalls).toHaveLength(5);
      const { Id, CallbackDetails } = stage.service.operation('answer');
      stage.service.change(Id, { Status: 'SUCCEEDED', CallbackDetails: { ...CallbackDetails, Result: 'yes' } });
      await clock.advance(5000);
      await expect(invocation).resolves.toEqual({ Status: 'SUCCEEDED', Result: '"yes"' });
    });

    it('a callback that has not changed is asked for no more often, though the service tells of it', async () => {
      const { stage, clock } = besidesALongStep(async (context) => (await context.createCallback('answer'))[0]);
      stage.service.interfere = (call) => {
        if (call.request.Updates!.length === 0) stage.service.change(stage.service.operation('answer').Id, {});
      };
      void stage.invoke();
      await clock.advance(11_000);
      expect(stage.requests.filter((updates) => updates.length === 0)).toHaveLength(5);
    });

    it('nothing is asked for any more that has completed otherwise', async () => {
      const { stage, clock } = besidesALongStep(async (context) => {
        const wait = context.wait('pause', { seconds: 30 });
        await context.step('first', () => turns(2));
        stage.service.passTime();
        await context.step('second', async () => 1);
        await wait;
        await new Promise(() => undefined);
      });
      void stage.invoke();
      await turns(20);
      await clock.advance(50_000);
      expect(stage.requests).not.toContainEqual([]);
    });

    it('a change that any response tells of is enough', async () => {
      const { stage, clock } = besidesALongStep(async (context) => {
        const wait = context.wait('pause', { seconds: 30 });
        await context.step('first', () => turns(2));
        stage.service.passTime();
        await context.step('second', async () => 1);
        return wait;
      });
      await expect(stage.invoke()).resolves.toMatchObject({ Status: 'SUCCEEDED' });
      expect(stage.requests).not.toContainEqual([]);
      expect(clock.pendingMs).toEqual([]);
    });

    it('nothing is asked for in the last second before the deadline', async () => {
      const finish = deferred();
      const clock = new ManualClock();
      const stage = new Stage(
        (context) => Promise.all([context.wait({ seconds: 10 }), context.step(() => finish.promise)]),
        {
          config: { clock },
          lambdaContext: { getRemainingTimeInMillis: () => 10_999 },
        },
      );
      const invocation = stage.invoke();
      await clock.advance(20_000);
      expect(stage.requests).toHaveLength(1);
      finish.resolve();
      await expect(invocation).resolves.toEqual(PENDING);
    });
  });

  it('leaves no timer behind, however the invocation ends', async () => {
    const ends: Handler[] = [
      (context) => context.wait({ seconds: 1 }),
      (context) => context.step(async () => 1),
      async (context) => void context.step(() => turns(3)),
      (context) => context.step(declined, alwaysRetry),
      (context) => Promise.race([context.wait({ seconds: 1 }), context.step(() => turns(2))]),
      (context) => Promise.reject(new Error(context.executionContext.durableExecutionArn)),
    ];
    for (const end of ends) {
      const { stage, clock } = staged(end);
      await stage.invoke();
      expect(clock.pendingMs).toEqual([]);
    }
  });

  it('goes on in a later invocation with a promise that several branches share', async () => {
    const { stage } = staged(async (context) => {
      const shared: DurablePromise<void> = context.wait('shared', { seconds: 1 });
      const follow = async (name: string): Promise<string> => {
        await shared;
        return name;
      };
      return Promise.all([follow('a'), follow('b'), shared.then(() => 'c')]);
    });
    await expect(stage.result()).resolves.toEqual(['a', 'b', 'c']);
  });
});
