import type { DurableContext } from '../context/durable-context.js';
import { ManualClock } from '../../../test/engine/support/manual-clock.js';
import { Stage } from '../../../test/engine/support/stage.js';
import { deferred, turns } from '../../../test/engine/support/turns.js';

afterEach(() => turns(3));

describe('An invocation', () => {
  it('tells code of no end once it is over, also where the service does not say when something has ended', async () => {
    const told: string[] = [];
    const body = deferred();
    const stage = new Stage(async (context) => {
      void context.runInChildContext('child', () => body.promise).then(() => told.push('child'));
      await context.step('step', async () => undefined);
      void context.step('endless', () => new Promise(() => undefined));
      body.resolve();
      await turns(1);
      return 'over';
    });
    stage.service.arrange = () => [];
    await expect(stage.invoke()).resolves.toEqual({ Status: 'SUCCEEDED', Result: '"over"' });
    await turns(3);
    expect(stage.actions).toContain('CONTEXT SUCCEED child');
    expect(told).toEqual([]);
  });

  it('has the ends recorded in the order in which it has told code of them', async () => {
    const seen: string[][] = [];
    const stage = new Stage(async (context) => {
      const order: string[] = [];
      seen.push(order);
      const body = deferred();
      const first = context
        .runInChildContext('called first', () => body.promise)
        .then(() => order.push('called first'));
      await context.runInChildContext('called second', async () => undefined);
      order.push('called second');
      body.resolve();
      await first;
      await context.wait('pause', { seconds: 1 });
    });
    await stage.run();
    expect(seen).toEqual([
      ['called second', 'called first'],
      ['called second', 'called first'],
    ]);
  });

  it('sends the end of a context with what follows it, once the response that held it back is there', async () => {
    const body = deferred();
    const stage = new Stage(async (context) => {
      void context.step('unseen', async () => undefined);
      await context.runInChildContext('child', () => body.promise);
      await context.step('next', async () => undefined);
    });
    stage.service.interfere = () => body.resolve();
    await stage.invoke();
    expect(stage.requests).toEqual([
      ['STEP START unseen', 'CONTEXT START child', 'STEP SUCCEED unseen'],
      ['CONTEXT SUCCEED child', 'STEP START next', 'STEP SUCCEED next'],
    ]);
  });

  describe('sends the end of an item of a batch', () => {
    const work = (item: DurableContext, name: string) => item.step(`work on ${name}`, async () => undefined);
    const endless = () => new Promise(() => undefined);

    it('with what follows it, if only the batch learns of it', async () => {
      const stage = new Stage(async (context) => {
        void context.wait('open', { hours: 1 });
        void context.step('under way', endless);
        await context.map('all', ['a', 'b'], work);
        return 'over';
      });
      await stage.invoke();
      expect(stage.requests[1]).toEqual([
        'CONTEXT SUCCEED map-item-0',
        'CONTEXT SUCCEED map-item-1',
        'CONTEXT SUCCEED all',
      ]);
    });

    it('with the start of the next item, if nothing is open that the service completes', async () => {
      const stage = new Stage(async (context) => {
        void context.step('under way', endless);
        await context.map('all', ['a', 'b'], work, { maxConcurrency: 1 });
        return 'over';
      });
      await stage.invoke();
      const next = ['CONTEXT START map-item-1', 'STEP START work on b', 'STEP SUCCEED work on b'];
      expect(stage.requests[1]).toEqual(['CONTEXT SUCCEED map-item-0', ...next]);
    });

    it('before the next item starts, if something is open that the service completes', async () => {
      const stage = new Stage(async (context) => {
        const [called] = await context.createCallback('called');
        void called.catch(() => undefined);
        await context.map('all', ['a', 'b'], work, { maxConcurrency: 1 });
      });
      await stage.invoke();
      expect(stage.requests[2]).toEqual(['CONTEXT SUCCEED map-item-0']);
    });
  });

  it('starts the next item of a batch after what was recorded before the end of the last one', async () => {
    const ran: string[] = [];
    const stage = new Stage(async (context) => {
      let isCancelled = false;
      const [cancelled] = await context.createCallback('cancelled');
      void cancelled.then(() => (isCancelled = true));
      const work = async (item: DurableContext, name: string) => {
        if (isCancelled) return `${name} is left out`;
        await item.step(`work on ${name}`, async () => void ran.push(name));
        await item.wait(`after ${name}`, { seconds: 1 });
        return `${name} is done`;
      };
      return (await context.map(['a', 'b'], work, { maxConcurrency: 1 })).getResults();
    });
    const { service } = stage;
    service.interfere = ({ request: { Updates = [] } }) => {
      const isEndOfItem = Updates.some(({ Name, Action }) => Name === 'map-item-0' && Action === 'SUCCEED');
      if (isEndOfItem) service.change(service.operation('cancelled').Id, { Status: 'SUCCEEDED' });
    };
    await expect(stage.result()).resolves.toEqual(['a is done', 'b is left out']);
    expect(ran).toEqual(['a']);
  });

  it('does not poll for other ends in the millisecond of a known one while nothing else may end', async () => {
    const clock = new ManualClock();
    const stage = new Stage((context) => context.wait('pause', { hours: 1 }), { config: { clock } });
    await stage.invoke();
    stage.service.change(stage.service.operation('pause').Id, { Status: 'SUCCEEDED', EndTimestamp: clock.now() });
    await expect(stage.invoke()).resolves.toEqual({ Status: 'SUCCEEDED' });
    expect(stage.requests).not.toContainEqual([]);
  });
});
