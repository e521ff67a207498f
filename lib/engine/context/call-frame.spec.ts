import { jest } from '@jest/globals';
import type { Handler } from '../../../test/engine/support/stage.js';
import { turns } from '../../../test/engine/support/turns.js';
import type { DurableContext } from './durable-context.js';

/** The engine as a fresh process has it: no invocation yet. */
async function freshEngine() {
  jest.resetModules();
  const { Stage } = await import('../../../test/engine/support/stage.js');
  const current = await import('./current.js');
  return { Stage, ...current };
}

const misuse = (message: RegExp) => ({
  Status: 'FAILED',
  Error: { ErrorType: 'ContextValidationError', ErrorMessage: expect.stringMatching(message) },
});

describe('the first invocation of a process', () => {
  it('knows its handler, its children and its steps like any other', async () => {
    const { Stage, currentDurableContext, currentInvocation, isInsideStep } = await freshEngine();
    const seen: unknown[] = [];
    const note = (context: DurableContext) => seen.push([currentDurableContext() === context, isInsideStep()]);
    const stage = new Stage(async (context) => {
      note(context);
      await context.runInChildContext('child', async (child) => {
        note(child);
        await child.step('step', async () => {
          await turns(1);
          note(child);
        });
      });
      await turns(1);
      note(context);
    });
    await stage.run();
    expect(seen).toEqual([
      [true, false],
      [true, false],
      [false, true],
      [true, false],
    ]);
    expect(currentInvocation()).toBeUndefined();
  });

  const misuses: Array<[string, Handler, RegExp]> = [
    [
      "the parent's context in a child's body",
      (context) => context.runInChildContext('child', () => context.step('inner', async () => 1)),
      /^Context usage error: Step "inner" was called on the context of another body/,
    ],
    [
      "a child's in its parent's",
      async (context) => {
        let leaked!: DurableContext;
        await context.runInChildContext('child', async (child) => (leaked = child) && undefined);
        await leaked.step('late', async () => 1);
      },
      /^Context usage error: Step "late" was called on the context of another body/,
    ],
    [
      "a running child's in its parent's",
      async (context) => {
        let lent!: DurableContext;
        let release!: () => void;
        const child = context.runInChildContext('child', async (own) => {
          lent = own;
          await own.step('own', () => new Promise<void>((resolve) => (release = resolve)));
        });
        await lent.step('lent', async () => release());
        await child;
      },
      /^Context usage error: Step "lent" was called on the context of another body/,
    ],
    [
      'any in a step',
      (context) => context.step('outer', () => context.step('inner', async () => 1)),
      /^Context usage error: Step "inner" was called inside Step "outer"/,
    ],
  ];
  it.each(misuses)('fails for %s, as any later one does', async (_, handler, message) => {
    const { Stage } = await freshEngine();
    const endings = [await new Stage(handler).run(), await new Stage(handler).run(), await new Stage(handler).run()];
    expect(endings).toMatchObject(Array(3).fill(misuse(message)));
  });

  it('is not mistaken for the one that comes after it', async () => {
    const { Stage } = await freshEngine();
    let kept: DurableContext | undefined;
    const stage = new Stage(async (context) => {
      kept ??= context;
      await kept.wait('pause', { seconds: 1 });
      await kept.step('foreign', async () => 1);
    });
    await expect(stage.invoke()).resolves.toEqual({ Status: 'PENDING' });
    await expect(stage.invoke()).resolves.toMatchObject(
      misuse(/^Context usage error: Wait "pause" was called on a context of another/),
    );
  });

  it('keeps apart from one that runs at the same time', async () => {
    const { Stage, currentDurableContext } = await freshEngine();
    const same: boolean[] = [];
    const handler: Handler = async (context) => {
      for (let round = 0; round < 3; round += 1) {
        await context.step(() => turns(2));
        same.push(currentDurableContext() === context);
      }
    };
    await Promise.all([new Stage(handler).run(), new Stage(handler).run()]);
    expect(same).toEqual(Array(6).fill(true));
  });

  it('does not take a callback from outside that a child waits for as its own', async () => {
    const { Stage } = await freshEngine();
    let callBack!: () => void;
    const outside = new Promise<void>((resolve) => (callBack = resolve));
    let inside!: () => void;
    const listening = outside.then(() => inside());
    const stage = new Stage((context) =>
      context.runInChildContext('child', async (child) => {
        const called = new Promise<number>((resolve, reject) => {
          inside = () => void child.step('from outside', async () => 1).then(resolve, reject);
        });
        callBack();
        await listening;
        return called;
      }),
    );
    await expect(stage.run()).resolves.toEqual({ Status: 'SUCCEEDED', Result: '1' });
  });

  it('does not answer for a callback from outside that uses another invocation', async () => {
    const { Stage } = await freshEngine();
    let release!: () => void;
    const first = new Stage((context) =>
      context.step('long', () => new Promise<void>((resolve) => (release = resolve))),
    );
    const firstInvocation = first.invoke();
    await turns(2);
    let callBack!: () => void;
    const outside = new Promise<void>((resolve) => (callBack = resolve));
    let called: Promise<unknown> | undefined;
    const listening = outside.then(() => (called = inSecond.step('from outside', async () => 1)));
    let inSecond!: DurableContext;
    const second = new Stage(async (context) => {
      inSecond = context;
      callBack();
      await listening;
      return called;
    });
    await expect(second.invoke()).resolves.toEqual({ Status: 'SUCCEEDED', Result: '1' });
    release();
    await expect(firstInvocation).resolves.toMatchObject({ Status: 'SUCCEEDED' });
  });
});
