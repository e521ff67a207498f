import { AsyncResource } from 'node:async_hooks';
import { type Handler, Stage } from '../../../test/engine/support/stage.js';
import { turns } from '../../../test/engine/support/turns.js';
import type { DurableContext } from './durable-context.js';

afterEach(() => turns(3));

/** Swallows everything, as user code should not. */
const swallow = async (call: () => Promise<unknown>): Promise<void> => {
  try {
    await call();
  } catch {
    // Nothing may arrive here.
  }
};

describe('using a context where it may not be used', () => {
  const misuses: Array<[string, Handler, RegExp]> = [
    [
      "the parent's in a child's body",
      (context) => context.runInChildContext('child', () => swallow(() => context.step('inner', async () => 1))),
      /^Context usage error: Step "inner" was called on the context of another body\. Use the context that is passed to the function/,
    ],
    [
      "a child's in its parent's body",
      async (context) => {
        let leaked!: DurableContext;
        await context.runInChildContext('child', async (child) => (leaked = child) && undefined);
        await swallow(() => leaked.wait('late', { seconds: 1 }));
      },
      /^Context usage error: Wait "late" was called on the context of another body/,
    ],
    [
      "a sibling's",
      async (context) => {
        let sibling: DurableContext | undefined;
        await Promise.all([
          context.runInChildContext('first', async (child) => {
            sibling = child;
            await child.step(() => turns(4));
          }),
          context.runInChildContext('second', async (child) => {
            await child.step(() => turns(1));
            await swallow(() => sibling!.step('lent', async () => 1));
          }),
        ]);
      },
      /^Context usage error: Step "lent" was called on the context of another body/,
    ],
    [
      'its own in a step',
      (context) => context.step('outer', () => swallow(() => context.step('inner', async () => 1))),
      /^Context usage error: Step "inner" was called inside Step "outer"\. A step's body runs no durable operations: move it out/,
    ],
    [
      'for a serdes, in a step',
      (context) => context.step('outer', () => swallow(async () => context.configureSerdes({}))),
      /^Context usage error: configureSerdes\(\) was called inside Step "outer"/,
    ],
    [
      'in a step, behind awaits of its own',
      (context) =>
        context.step('outer', async () => {
          await turns(2);
          await swallow(() => context.runInChildContext('inner', async () => 1));
        }),
      /^Context usage error: RunInChildContext "inner" was called inside Step "outer"/,
    ],
    [
      'unnamed operations, which are told by their position',
      (context) => context.step(() => swallow(() => context.wait({ seconds: 1 }))),
      /^Context usage error: Wait operation 2 was called inside Step operation 1\./,
    ],
  ];

  it.each(misuses)('fails the execution, whatever user code catches: %s', async (_, handler, message) => {
    const stage = new Stage(async (context) => {
      await swallow(() => handler(context, {}));
      return 'as if nothing had happened';
    });
    await expect(stage.run()).resolves.toMatchObject({
      Status: 'FAILED',
      Error: { ErrorType: 'ContextValidationError', ErrorMessage: expect.stringMatching(message) },
    });
  });

  it('changes nothing when it comes from code that the handler has left behind', async () => {
    const stage = new Stage(async (context) => {
      void context.runInChildContext('left behind', async () => {
        await turns(1);
        await context.step('late', async () => 1);
      });
      return 'done';
    });
    // The misuse comes while the handler's last updates are on their way.
    stage.service.interfere = () => turns(4);
    await expect(stage.invoke()).resolves.toEqual({ Status: 'SUCCEEDED', Result: '"done"' });
  });

  describe('through a queue that calls functions when others have ended', () => {
    /** Runs one function at a time, the next one in the body in which the last one ended. */
    const makeQueue = () => {
      const waiting: Array<() => Promise<unknown>> = [];
      let isBusy = false;
      const next = (): void => {
        const job = isBusy ? undefined : waiting.shift();
        if (!job) return;
        isBusy = true;
        void job().finally(() => ((isBusy = false), next()));
      };
      return <T>(run: () => Promise<T>) =>
        new Promise<T>((resolve, reject) => {
          waiting.push(async () => run().then(resolve, reject));
          next();
        });
    };
    type Give = <T>(run: () => Promise<T>) => () => Promise<T>;
    const program = (give: Give) => async (context: DurableContext) => {
      const queue = makeQueue();
      const each = async (child: DurableContext, n: number) => {
        const job = async () => {
          await child.wait('rest', { seconds: n });
          return child.step('work', async () => n);
        };
        return queue(give(job));
      };
      return (await context.map('all', [1, 2, 3], each)).getResults();
    };

    it('is refused, with the remedy', async () => {
      const stage = new Stage(program((run) => run));
      await expect(stage.run()).resolves.toMatchObject({
        Status: 'FAILED',
        Error: {
          ErrorMessage: expect.stringMatching(/If a queue .* give it AsyncResource\.bind\(fn\) of node:async_hooks\.$/),
        },
      });
    });

    it('is the body that gave it the function, bound to it', async () => {
      const stage = new Stage(program((run) => AsyncResource.bind(run)));
      await expect(stage.run()).resolves.toMatchObject({ Status: 'SUCCEEDED', Result: '[1,2,3]' });
    });
  });

  describe("another invocation's", () => {
    const FOREIGN =
      /^Context usage error: Step "foreign" was called on a context of another invocation\. Keep no context in a variable/;
    const refused = {
      Status: 'FAILED',
      Error: { ErrorType: 'ContextValidationError', ErrorMessage: expect.stringMatching(FOREIGN) },
    };

    it('fails the execution when that invocation has ended, as of a variable that outlives it', async () => {
      let kept: DurableContext | undefined;
      const stage = new Stage(async (context) => {
        kept ??= context;
        if (kept !== context) await swallow(() => kept!.step('foreign', async () => 1));
        await context.wait('pause', { seconds: 1 });
      });
      await expect(stage.invoke()).resolves.toEqual({ Status: 'PENDING' });
      await expect(stage.invoke()).resolves.toMatchObject(refused);
    });

    it('fails the execution that calls, and leaves the one that was called alone', async () => {
      let other!: DurableContext;
      let finish!: () => void;
      const called = new Stage(async (context) => {
        other = context;
        await context.step('long', () => new Promise<void>((resolve) => (finish = resolve)));
        return context.step('next', async () => 'fine');
      });
      const calledInvocation = called.invoke();
      await turns(3);
      const calling = new Stage(() => swallow(() => other.step('foreign', async () => 1)));
      await expect(calling.invoke()).resolves.toMatchObject(refused);
      finish();
      await expect(calledInvocation).resolves.toMatchObject({ Status: 'SUCCEEDED' });
      expect(called.service.operation('next').Id).toBe('c81e728d9d4c2f63');
    });

    it('is called in vain by code that an ended invocation has left behind', async () => {
      let current: DurableContext | undefined;
      const stage = new Stage(async (context) => {
        const isFirst = current === undefined;
        current = context;
        if (isFirst) void turns(6).then(() => swallow(() => current!.step('foreign', async () => 1)));
        await context.wait('pause', { seconds: 1 });
        await context.step('long', () => turns(12));
      });
      await expect(stage.run()).resolves.toMatchObject({ Status: 'SUCCEEDED' });
      expect(stage.actions).toEqual(['WAIT START pause', 'STEP START long', 'STEP SUCCEED long']);
    });
  });

  it('allows a context in a function that its body calls, however deep', async () => {
    const deep = async (context: DurableContext): Promise<unknown> => {
      await turns(1);
      return [await context.step('deep', async () => 1)].map((value) => value + 1);
    };
    const stage = new Stage((context) => context.runInChildContext((child) => deep(child)));
    await expect(stage.result()).resolves.toEqual([2]);
  });

  it('allows operations behind `then`', async () => {
    const stage = new Stage((context) =>
      context.step('first', async () => 1).then((value) => context.step('second', async () => value + 1)),
    );
    await expect(stage.result()).resolves.toBe(2);
  });
});
