import { tellTimeBy } from '../../../../test/engine/support/play-program.js';
import { connectionReset, type StrictService } from '../../../../test/engine/support/strict-service.js';
import { ManualClock } from '../../../../test/engine/support/manual-clock.js';
import { Stage } from '../../../../test/engine/support/stage.js';
import { TurnClock } from '../../../../test/engine/support/turn-clock.js';
import { deferred, turns } from '../../../../test/engine/support/turns.js';
import type { Operation } from '../../../wire/operation.js';
import type { DurableContext } from '../../context/durable-context.js';
import type { DurableInstrumentationPlugin, OperationInfo } from '../../invocation/plugins/plugin.js';
import { type CompletionDecision, type CompletionStatus, continueBatch } from '../../operations/batch-config.js';
import { operationIdAt } from '../../context/operation-id.js';
import { Deliveries, type Delivery } from './deliveries.js';

/** Takes its time over the end of one operation, and none over the others. */
const slowAbout = (slow: string): DurableInstrumentationPlugin => ({
  onOperationEnd: async ({ name }: OperationInfo) => {
    if (name === slow) await turns(5);
  },
});

describe('Deliveries', () => {
  it.each([
    ['without plugins', undefined],
    ['while a plugin takes its time over the end that comes first', 'called second'],
    ['while a plugin takes its time over the end that comes last', 'called first'],
  ])('delivers the ends that one answer brings in recorded order, %s', async (_, slow) => {
    const delivered: string[][] = [];
    const handler = async (context: DurableContext) => {
      const order: string[] = [];
      delivered.push(order);
      const [first] = await context.createCallback('called first');
      const [second] = await context.createCallback('called second');
      const both = [first.then(() => order.push('called first')), second.then(() => order.push('called second'))];
      await context.step('both are answered', async () => {
        for (const name of ['called second', 'called first']) {
          stage.service.change(stage.service.operation(name).Id, { Status: 'SUCCEEDED' });
        }
      });
      await Promise.all(both);
      await context.wait('until the next invocation', { seconds: 5 });
    };
    const stage = new Stage(handler, { config: { plugins: slow === undefined ? [] : [slowAbout(slow)] } });

    await stage.run();

    expect(delivered).toEqual([
      ['called second', 'called first'],
      ['called second', 'called first'],
    ]);
  });

  describe('with ends from outside in the millisecond of others', () => {
    /** What code has seen, in both invocations. `during` is called with each request, before it is recorded. */
    async function seenIn(
      handler: (context: DurableContext, see: (what: string) => void) => Promise<unknown>,
      during: (request: {
        sent: string[];
        service: StrictService;
        end(name: string, at?: Operation['EndTimestamp']): void;
      }) => void,
    ) {
      const seen: string[][] = [];
      const clock = new TurnClock();
      const stage = new Stage(
        async (context) => {
          const order: string[] = [];
          seen.push(order);
          await handler(context, (what) => order.push(what));
          await context.wait('until the next invocation', { seconds: 5 });
        },
        { config: { clock } },
      );
      const { service } = stage;
      tellTimeBy(clock, service);
      const end = (name: string, EndTimestamp: Operation['EndTimestamp'] = service.nowMs) =>
        service.change(service.operation(name).Id, { Status: 'SUCCEEDED', EndTimestamp });
      service.interfere = ({ request }) => {
        during({ sent: (request.Updates ?? []).map(({ Action, Name }) => `${Action} ${Name}`), service, end });
      };
      await stage.invoke();
      service.passTime();
      expect((await stage.invoke()).Status).toBe('SUCCEEDED');
      return seen;
    }

    it('delivers one that came after an own end behind it, although it was called before', async () => {
      let isRecorded = false;
      const seen = await seenIn(
        async (context, see) => {
          const [called] = await context.createCallback('called first');
          const callback = called.then(() => see('called first'));
          await context.step('step', async () => undefined);
          see('step');
          await context.step('next', () => turns(2));
          await callback;
        },
        ({ sent, end, service }) => {
          if (isRecorded && service.operation('called first').Status === 'STARTED') {
            end('called first', service.operation('step').EndTimestamp);
          }
          isRecorded ||= sent.includes('SUCCEED step');
        },
      );
      expect(seen).toEqual([
        ['step', 'called first'],
        ['step', 'called first'],
      ]);
    });

    it('asks for another from outside that goes before the one that is known', async () => {
      let ms = 0;
      const seen = await seenIn(
        async (context, see) => {
          const [first] = await context.createCallback('called first');
          const [second] = await context.createCallback('called second');
          const both = [first.then(() => see('called first')), second.then(() => see('called second'))];
          await context.step('work', async () => undefined);
          await Promise.all(both);
        },
        ({ sent, end, service }) => {
          if (ms > 0 && service.operation('called first').Status === 'STARTED') end('called first', ms);
          if (!sent.includes('SUCCEED work')) return;
          ms = service.nowMs;
          end('called second');
        },
      );
      expect(seen).toEqual([
        ['called first', 'called second'],
        ['called first', 'called second'],
      ]);
    });
  });

  it('delivers the id of a callback before an end that is recorded after it in the same millisecond', async () => {
    const seen: string[][] = [];
    const answered = deferred();
    const clock = new ManualClock();
    const handler = async (context: DurableContext) => {
      const order: string[] = [];
      seen.push(order);
      await context.step('before', () => clock.advance(10));
      const step = context.step('called first', () => answered.promise).then(() => order.push('step'));
      await context.createCallback('callback').then(() => (order.push('id'), answered.resolve()));
      await step;
      await context.wait('until the next invocation', { seconds: 5 });
    };
    const stage = new Stage(handler, { config: { clock } });
    Object.defineProperty(stage.service, 'nowMs', { get: () => clock.now(), set: () => undefined });
    const first = stage.invoke();
    while (stage.service.updates.at(-1)?.Type !== 'WAIT') await clock.advance(1);
    await first;
    stage.service.passTime();
    await stage.invoke();
    expect(seen).toEqual([
      ['id', 'step'],
      ['id', 'step'],
    ]);
  });

  it('lets an end that no code can see share its turn with the next, and no other', async () => {
    const order: string[] = [];
    const deliveries = new Deliveries({
      onBusy: () => undefined,
      isOver: () => false,
      onNextPage: () => undefined,
      mayOthersPrecede: () => false,
      isFirstToBeRecorded: () => true,
      onDeliveredEarly: () => undefined,
      ties: { whenKnown: () => undefined },
      onAwaitingRecord: () => undefined,
    });
    const endOf = (position: number, deliver: Delivery['deliver']): Delivery => ({
      id: operationIdAt(undefined, position),
      recordedMs: 1,
      isKnownBefore: false,
      isDelivered: false,
      context: { closedAt: undefined, knowsNext: true, recordedId: undefined },
      inBatch: undefined,
      whileConverting: () => false,
      deliver,
    });
    const told = (what: string) => {
      order.push(what);
      void Promise.resolve().then(() => order.push(`code after ${what}`));
    };
    const unseen = (what: string) => () => (told(what), 'nothing runs');
    deliveries.add(endOf(1, unseen('item 1')));
    deliveries.add(endOf(2, unseen('item 2')));
    deliveries.add(endOf(3, () => told('step')));
    deliveries.add(endOf(4, unseen('item 4')));
    await turns(1);
    const afterOneTurn = ['code after item 1', 'code after item 2', 'code after step'];
    expect(order).toEqual(['item 1', 'item 2', 'step', ...afterOneTurn, 'item 4', 'code after item 4']);
  });

  describe('of a context whose record is lost', () => {
    /** What code has seen first, over all invocations; the first request that brings the end of `what` is lost. */
    async function firstSeen(
      what: string,
      handler: (context: DurableContext, turnsOfStep: number) => Promise<unknown>,
    ) {
      const seen: unknown[] = [];
      let invocations = 0;
      const stage = new Stage(async (context) => {
        invocations += 1;
        seen.push(await handler(context, invocations === 1 ? 10 : 0));
        return seen.at(-1);
      });
      let isLost = false;
      stage.service.interfere = ({ request }) => {
        const brings = request.Updates?.some(({ Name, Action }) => Name === what && Action !== 'START');
        if (!brings || isLost) return;
        isLost = true;
        throw connectionReset();
      };
      await expect(stage.invoke()).rejects.toThrow('socket hang up');
      await stage.result();
      return seen;
    }

    it('tells code of its end only when that is recorded, where another operation may end first', async () => {
      const seen = await firstSeen('child', (context, turnsOfStep) =>
        Promise.race([
          context.step('step', () => turns(turnsOfStep).then(() => 'step')),
          context.runInChildContext('child', async () => 'child'),
        ]),
      );
      expect(seen).toEqual(['step']);
    });

    it('tells code of a batch that one item has ended only when that is recorded', async () => {
      const seen = await firstSeen('batch', async (context, turnsOfStep) => {
        const branches = [
          (branch: DurableContext) => branch.step('step', () => turns(turnsOfStep).then(() => 'step')),
          async () => 'at once',
        ];
        const batch = await context.parallel('batch', branches, { completionConfig: { minSuccessful: 1 } });
        return batch.getResults();
      });
      expect(seen).toEqual([['at once']]);
    });

    it('tells code of a batch whose items have ended only when that is recorded, if their order decides', async () => {
      const seen = await firstSeen('batch', async (context, turnsOfStep) => {
        const serialize = async (value?: string) => (await turns(10 - turnsOfStep), value);
        const itemSerdes = { serialize, deserialize: async (text?: string) => text };
        const fail = () => Promise.reject(new Error('a failure ends the batch'));
        const batch = await context.parallel('batch', [async () => 'at once', fail], { itemSerdes });
        return batch.all.map(({ status }) => status);
      });
      expect(seen).toEqual([['STARTED', 'FAILED']]);
    });

    it('tells code of its end only when that is recorded, where the execution may be asked to stop first', async () => {
      const seen = await firstSeen('child', (context) => {
        void context.stopRequested();
        return context.runInChildContext('child', async () => 'child');
      });
      expect(seen).toEqual(['child']);
    });

    it('tells code of a batch that fails by its decision only when that is recorded', async () => {
      const seen = await firstSeen('batch', async (context, turnsOfStep) => {
        const branches = [
          (branch: DurableContext) => branch.step('step', () => turns(turnsOfStep).then(() => 'step')),
          async () => 'at once',
        ];
        const shouldComplete = ({ completedCount, items }: CompletionStatus): CompletionDecision => {
          if (completedCount > 0) throw new Error(`branch 0 is ${items[0]!.status}`);
          return continueBatch();
        };
        return context
          .parallel('batch', branches, { completionConfig: { shouldComplete } })
          .catch((error: unknown) => (error as Error).message);
      });
      expect(seen).toEqual(['branch 0 is STARTED']);
    });

    it.each([[''], [' of a virtual context']])(
      'tells code%s of its end only when that is recorded, where another context has ended in the same turn',
      async (where) => {
        const seen = await firstSeen('first', (context, turnsOfStep) => {
          const child = (outer: DurableContext, name: string, turnsToSave: number) => {
            const serialize = async (value?: string) => (await turns(turnsToSave), value);
            const serdes = { serialize, deserialize: async (text?: string) => text };
            return outer.runInChildContext(name, async () => name, { serdes });
          };
          const first = (outer: DurableContext) => child(outer, 'first', 10 - turnsOfStep);
          const virtual = { virtualContext: true };
          return Promise.race([
            where === '' ? first(context) : context.runInChildContext('virtual', first, virtual),
            child(context, 'second', 0),
          ]);
        });
        expect(seen).toEqual(['second']);
      },
    );

    it('tells code at once where what has ended in the same turn is awaited by another body', async () => {
      const told: string[] = [];
      const branchOf = (name: string) => async (branch: DurableContext) => {
        await branch.runInChildContext(`inner ${name}`, async () => undefined);
        told.push(name);
      };
      await firstSeen('inner a', (context) => context.parallel('both', ['a', 'b'].map(branchOf)));
      expect(told).toEqual(['a', 'b', 'a', 'b']);
    });

    it('tells code at once where nothing else is under way', async () => {
      const seen = await firstSeen('child', (context) => context.runInChildContext('child', async () => 'child'));
      expect(seen).toEqual(['child', 'child']);
    });
  });
});
