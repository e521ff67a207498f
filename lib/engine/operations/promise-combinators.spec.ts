import { Stage } from '../../../test/engine/support/stage.js';
import { turns } from '../../../test/engine/support/turns.js';
import { failOnUnhandledRejections } from '../../../test/engine/support/unhandled-rejections.js';
import { ManualClock } from '../../../test/engine/support/manual-clock.js';
import type { DurableContext } from '../context/durable-context.js';
import { PromiseCombinatorError, StepError } from '../base/errors/operation-errors.js';
import { FREE_BODY_GRACE_MS } from '../invocation/suspension/activity.js';

const noRetry = { retryStrategy: () => ({ shouldRetry: false }) };

function bad(context: DurableContext, message = 'bad') {
  return context.step<never>(
    message,
    async () => {
      throw new TypeError(message);
    },
    noRetry,
  );
}

/** A handler of one combinator, which then sleeps, so that what it got shows on the first run and on replay. */
function combining(combine: (context: DurableContext) => Promise<unknown>) {
  const told: unknown[] = [];
  const stage = new Stage(async (context) => {
    told.push(await combine(context).catch((error: unknown) => error));
    await context.wait('afterwards', { seconds: 1 });
  });
  return { stage, told };
}

failOnUnhandledRejections();

describe('promise.all', () => {
  it('saves all results in a context of its own', async () => {
    const { stage, told } = combining((context) =>
      context.promise.all('both', [context.step('a', async () => 1), context.step('b', async () => 2)]),
    );
    await stage.run();
    expect(told).toEqual([
      [1, 2],
      [1, 2],
    ]);
    expect(stage.service.operation('both')).toMatchObject({
      Id: 'eccbc87e4b5ce2fe',
      Type: 'CONTEXT',
      SubType: 'RunInChildContext',
      ContextDetails: { Result: '[1,2]' },
    });
  });

  it('may be taken out of its object, as in the official SDK', async () => {
    const { stage, told } = combining(({ promise: { all, allSettled, any, race } }) => {
      const one = [Promise.resolve(1)];
      return all([all(one), allSettled(one), any(one), race(one)] as Array<Promise<unknown>>);
    });
    await stage.run();
    const values = [[1], [{ status: 'fulfilled', value: 1 }], 1, 1];
    expect(told).toEqual([values, values]);
  });

  it('throws the first error, as its cause, on replay too', async () => {
    const { stage, told } = combining((context) => context.promise.all([bad(context), context.step(async () => 2)]));
    await stage.run();
    for (const error of told) {
      expect(error).toBeInstanceOf(PromiseCombinatorError);
      expect(error).toMatchObject({ message: 'bad', cause: { name: 'StepError' } });
      expect((error as Error).cause).toBeInstanceOf(StepError);
    }
    expect(told).toHaveLength(2);
  });

  it('does not await its promises again on replay', async () => {
    let awaited = 0;
    const { stage, told } = combining((context) => {
      const promise = { then: (...told: never[]) => ((awaited += 1), Promise.resolve(1).then(...told)) };
      return context.promise.all([promise as unknown as Promise<number>]);
    });
    await stage.run();
    expect(told).toEqual([[1], [1]]);
    expect(awaited).toBe(1);
  });

  it('takes plain promises and values, and keeps a rejection that nobody sees on replay from the process', async () => {
    const { stage, told } = combining((context) =>
      context.promise.all([Promise.resolve(1), Promise.reject(new RangeError('plain')), 3 as never]),
    );
    await stage.run();
    expect(told).toEqual(
      Array(2).fill(
        expect.objectContaining({ message: 'plain', cause: expect.objectContaining({ name: 'StepError' }) }),
      ),
    );
  });

  it('resolves to nothing for nothing', async () => {
    await expect(new Stage((context) => context.promise.all([])).result()).resolves.toEqual([]);
  });
});

describe('promise.allSettled', () => {
  it('keeps values and errors', async () => {
    const { stage, told } = combining((context) =>
      context.promise.allSettled<unknown>([
        bad(context),
        context.step(async () => ({ ok: 1 })),
        Promise.reject('text'),
      ]),
    );
    await stage.run();
    for (const settled of told as Array<Array<PromiseSettledResult<unknown>>>) {
      expect(settled).toEqual([
        { status: 'rejected', reason: expect.objectContaining({ name: 'StepError', message: 'bad' }) },
        { status: 'fulfilled', value: { ok: 1 } },
        { status: 'rejected', reason: 'text' },
      ]);
      expect((settled[0] as PromiseRejectedResult).reason).toBeInstanceOf(Error);
    }
  });
});

describe('promise.any', () => {
  it('saves the first result', async () => {
    const { stage, told } = combining((context) => context.promise.any([bad(context), context.step(async () => 2)]));
    await stage.run();
    expect(told).toEqual([2, 2]);
  });

  it('throws when all are rejected', async () => {
    const { stage, told } = combining((context) => context.promise.any([bad(context), bad(context, 'worse')]));
    await stage.run();
    expect(told).toEqual(Array(2).fill(expect.any(PromiseCombinatorError)));
    expect(told[0]).toMatchObject({ message: 'All promises were rejected' });
  });
});

describe('promise.race', () => {
  it('saves whichever ends first', async () => {
    const { stage, told } = combining((context) =>
      context.promise.race<unknown>('first', [context.wait({ hours: 1 }), context.step(async () => 'step')]),
    );
    await stage.run();
    expect(told).toEqual(['step', 'step']);
  });

  it('throws the error of whichever ends first', async () => {
    const { stage, told } = combining((context) => context.promise.race([bad(context), context.step(() => turns(9))]));
    await stage.run();
    expect(told[0]).toMatchObject({ name: 'PromiseCombinatorError', message: 'bad' });
  });
});

describe('a combinator that waits', () => {
  it('suspends at once for operations, which are all that it awaits', async () => {
    const clock = new ManualClock();
    const stage = new Stage(
      (context) => context.promise.all([context.wait({ hours: 1 }), context.wait({ hours: 2 })]),
      {
        config: { clock, stepStartHoldMs: 0 },
      },
    );
    await expect(stage.invoke()).resolves.toEqual({ Status: 'PENDING' });
    // Not even the grace period of a body that may run code of its own.
    expect(clock.delaysMs).not.toContain(FREE_BODY_GRACE_MS);
  });

  it('gives plain promises the time that code between operations has', async () => {
    const stage = new Stage(async (context) => {
      const quick = new Promise((resolve) => setTimeout(resolve, 1, 'quick'));
      return context.promise.race<unknown>([context.wait({ hours: 1 }), quick]);
    });
    await expect(stage.invoke()).resolves.toEqual({ Status: 'SUCCEEDED', Result: '"quick"' });
  });

  it.each([undefined, 'both'])('is what messages name, in place of a child context (%s)', async (name) => {
    const shown = name ? '"both"' : 'operation 2';
    const misused = new Stage((context) =>
      context.step('pay', () => context.promise.allSettled(name, [Promise.resolve(1)])),
    );
    const unsavable = new Stage((context) => context.promise.all(name, [context.step(async () => 1), big]));
    const big = Promise.resolve(10n as unknown as number);

    const message = `context.promise.allSettled() ${shown} was called inside Step "pay".`;
    const failing = (ErrorMessage: unknown) => ({ Status: 'FAILED', Error: { ErrorMessage } });
    expect(await misused.invoke()).toMatchObject(failing(expect.stringContaining(message)));
    const failure = `The result of context.promise.all() ${shown} cannot be saved.`;
    expect(await unsavable.invoke()).toMatchObject(failing(expect.stringContaining(failure)));
  });

  it('leaves its operations settled for code that awaits them again, in every invocation', async () => {
    const told: unknown[] = [];
    const stage = new Stage(async (context) => {
      const slow = context.step('slow', async () => (await turns(9), 'slow'));
      const quick = context.step('quick', async () => 'quick');
      const late = context.step('late', async () => 'late');
      await context.promise.allSettled([slow, quick]);
      told.push(await Promise.any([slow, quick]), await Promise.race([late, slow]));
      await context.wait({ hours: 1 });
    });
    await stage.run();
    const once = ['slow', 'slow'];
    expect(told).toEqual([...once, ...once]);
  });

  it.each<[string, (context: DurableContext) => Promise<[Promise<unknown>]>]>([
    ['a callback', async (context) => [(await context.createCallback('never'))[0]]],
    ['a stop request', async (context) => [context.stopRequested()]],
  ])('leaves an open loser that may never end, so that plain code goes on after a replay: %s', async (_what, loser) => {
    const stage = new Stage(async (context) => {
      const [open] = await loser(context);
      await context.promise.race([context.step('A', async () => 'A'), open]);
      await context.wait({ seconds: 1 });
      await turns(9);
      return context.step('B', async () => 'B');
    });
    await expect(stage.result()).resolves.toBe('B');
  });

  it('leaves an open loser, whose end comes in its turn before that of a context', async () => {
    const told: unknown[] = [];
    const stage = new Stage(async (context) => {
      const loser = context.invoke('loser', 'f:1', 1);
      await context.promise.race([context.step('A', async () => 'A'), loser]);
      await context.wait({ seconds: 1 });
      await context.runInChildContext('child', async () => 1);
      told.push(await Promise.race([loser, turns(1).then(() => 'open')]));
      await context.wait({ seconds: 1 });
    });
    const { service } = stage;
    service.interfere = ({ request }) => {
      const isLast = request.Updates!.some(({ Name, Action }) => Name === 'child' && Action === 'SUCCEED');
      const ended = { Status: 'SUCCEEDED', ChainedInvokeDetails: { Result: '"ended"' } } as const;
      if (isLast) service.change(service.operation('loser').Id, ended);
    };
    await stage.run();
    expect(told).toEqual(['ended', 'ended']);
  });

  it('fails for an operation that can no longer be read only where code awaits it', async () => {
    let reads = 0;
    const once = { serialize: async () => '1', deserialize: async () => ((reads += 1) > 1 ? failing() : 1) };
    const failing = () => {
      throw new RangeError('the file is gone');
    };
    const stage = new Stage(async (context) => {
      const step = context.step('a', async () => 1, { serdes: once });
      await context.promise.all([step]);
      await context.wait({ seconds: 1 });
      await context.step('b', async () => 2);
      return step;
    });
    await expect(stage.run()).rejects.toThrow('the file is gone');
    expect(stage.actions).toContain('STEP SUCCEED b');
  });

  it('starts its operations at the call, whether or not it is awaited', async () => {
    const stage = new Stage(async (context) => {
      void context.promise.all('unseen', [bad(context)]);
      await context.step(() => turns(5));
      return 'done';
    });
    await expect(stage.result()).resolves.toBe('done');
    expect(stage.actions).toContain('CONTEXT FAIL unseen');
  });
});
