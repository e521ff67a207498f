import { AsyncResource } from 'node:async_hooks';
import { Stage } from '../../../test/engine/support/stage.js';
import { turns } from '../../../test/engine/support/turns.js';
import { currentInvocation } from '../context/current.js';
import type { DurableContext } from '../context/durable-context.js';
import type { DurableInvocation } from './durable-invocation.js';

afterEach(() => turns(3));

const invocation = (): DurableInvocation => currentInvocation()!;
const outcomeOf = (body: (context: DurableContext) => Promise<unknown>) => new Stage(body).invoke();

describe('Code around the handler', () => {
  it('may work beside an operation of the handler while it holds the invocation open, and no longer', async () => {
    const work = (hold: () => () => void) => async (context: DurableContext) => {
      const end = hold();
      const loser = invocation().inHandler(() => context.wait('loser of a race', { hours: 1 }));
      void loser.then(() => undefined);
      await turns(3);
      end();
      return 'response';
    };
    const nothing = () => undefined;
    const held = outcomeOf(work(() => invocation().holdOpen()));
    await expect(held).resolves.toEqual({ Status: 'SUCCEEDED', Result: '"response"' });
    await expect(outcomeOf(work(() => nothing))).resolves.toEqual({ Status: 'PENDING' });
    const ended = outcomeOf(work(() => (invocation().holdOpen()(), nothing)));
    await expect(ended).resolves.toEqual({ Status: 'PENDING' });
  });

  it('is suspended while it awaits an operation of its own', async () => {
    const stage = new Stage(async (context) => {
      const end = invocation().holdOpen();
      await context.wait('pause', { seconds: 1 });
      end();
      return 'after';
    });
    await expect(stage.result()).resolves.toBe('after');
  });

  it('is suspended for an operation that it has called before it held the invocation open', async () => {
    const stage = new Stage(async (context) => {
      expect(invocation().inHandler(() => 'value of the handler')).toBe('value of the handler');
      const pause = context.wait('pause', { seconds: 1 });
      const passed = pause.then(() => 'after');
      const end = invocation().holdOpen();
      const value = await passed;
      end();
      return value;
    });
    await expect(stage.result()).resolves.toBe('after');
  });

  it('is suspended for an operation that it has called before, also if the handler was never reached', async () => {
    const stage = new Stage(async (context) => {
      invocation().expectHandler();
      const pause = context.wait('pause', { seconds: 1 });
      const passed = pause.then(() => 'after');
      const end = invocation().holdOpen();
      const value = await passed;
      end();
      return value;
    });
    await expect(stage.result()).resolves.toBe('after');
  });

  it('receives what the handler gives as its own code', async () => {
    const stage = new Stage(async (context) => {
      const end = invocation().holdOpen();
      const receive = invocation().aroundHandler((next: () => void) => {
        void context.wait('pause', { seconds: 1 }).then(next);
      });
      await new Promise<void>((resolve) => invocation().inHandler(() => receive(resolve)));
      end();
      return 'after';
    });
    await expect(stage.result()).resolves.toBe('after');
  });

  it('may run the handler from a place that belongs to no invocation', async () => {
    const elsewhere = new AsyncResource('elsewhere');
    const stage = new Stage(async (context) => {
      const own = invocation();
      return elsewhere.runInAsyncScope(() => own.inHandler(() => context.step('read', async () => own.arn)));
    });
    await expect(stage.result()).resolves.toMatch(/^arn:/);
  });
});
