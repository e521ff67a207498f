import { AsyncLocalStorage } from 'node:async_hooks';
import { ManualClock } from '../../../../test/engine/support/manual-clock.js';
import { deferred, forever, turns } from '../../../../test/engine/support/turns.js';
import type { DurableInstrumentationPlugin, OperationInfo } from './plugin.js';
import { PluginCalls, type PluginFailure } from './plugin-calls.js';

const INFO: OperationInfo = { id: 'c4ca4238a0b92382', name: 'charge', type: 'STEP', isReplay: false };
const info = () => ({ ...INFO });
const attemptInfo = () => ({ ...INFO, attempt: 1 });
const failing = (message: string) => async () => {
  throw new Error(message);
};

function callsOf(...plugins: DurableInstrumentationPlugin[]) {
  const failures: PluginFailure[] = [];
  const clock = new ManualClock();
  const waiting: number[] = [];
  const calls = new PluginCalls({
    plugins,
    clock,
    remainingMs: () => 60_000,
    onWaiting: (by) => waiting.push(by),
    onFailure: (failure) => failures.push(failure),
  });
  const complaints = () => failures.map(({ hook, errorMessage }) => [hook, errorMessage]);
  return { calls, clock, complaints, waiting };
}

describe('PluginCalls', () => {
  describe('telling', () => {
    it('waits for the hooks of all plugins, which run at the same time', async () => {
      const [first, second] = [deferred(), deferred()];
      const order: string[] = [];
      const { calls } = callsOf(
        { onOperationStart: () => (order.push('first'), first.promise) },
        { onOperationStart: () => (order.push('second'), second.promise) },
      );

      const told = calls.tell('onOperationStart', info).then(() => order.push('told'));
      second.resolve();
      await turns();
      expect(order).toEqual(['first', 'second']);
      first.resolve();
      await told;

      expect(order).toEqual(['first', 'second', 'told']);
    });

    it('makes no info when nobody listens', async () => {
      let made = 0;
      const { calls } = callsOf({});

      await calls.tell('onOperationStart', () => (made++, info()));

      expect(made).toBe(0);
    });

    it('gives every plugin an info of its own, so that one that changes it deceives nobody', async () => {
      let seen: OperationInfo | undefined;
      const { calls } = callsOf(
        { onOperationStart: async (its) => void Object.assign(its, { name: 'forged' }) },
        { onOperationStart: async (its) => void (seen = its) },
      );

      await calls.tell('onOperationStart', info);

      expect(seen).toEqual(INFO);
    });

    it('calls a hook as the method of its plugin', async () => {
      class Counting {
        count = 0;
        async onOperationStart() {
          this.count += 1;
        }
      }
      const plugin = new Counting();

      await callsOf(plugin).calls.tell('onOperationStart', info);

      expect(plugin.count).toBe(1);
    });

    it.each<[string, () => Promise<void>]>([
      [
        'throws',
        () => {
          throw new Error('no exporter');
        },
      ],
      ['rejects', failing('no exporter')],
    ])('drops the failure of a hook that %s, and logs it once', async (_how, onOperationStart) => {
      let peerHeard = 0;
      const { calls, complaints } = callsOf({ onOperationStart }, { onOperationStart: async () => void peerHeard++ });

      await calls.tell('onOperationStart', info);
      await calls.tell('onOperationStart', info);

      expect(peerHeard).toBe(2);
      expect(complaints()).toEqual([['onOperationStart', 'no exporter']]);
    });

    it('counts as waiting while a hook runs', async () => {
      const { calls, waiting } = callsOf({ onOperationStart: async () => undefined });

      await calls.tell('onOperationStart', info);

      expect(waiting).toEqual([1, -1]);
    });

    it('gives up a plugin that never answers, and calls it no more', async () => {
      let called = 0;
      const { calls, clock, complaints } = callsOf({ onOperationStart: () => (called++, forever) });

      const told = calls.tell('onOperationStart', info);
      await clock.advance(30_000);
      await told;
      await calls.tell('onOperationStart', info);

      expect(called).toBe(1);
      expect(complaints()).toEqual([['onOperationStart', expect.stringContaining('30000 ms')]]);
      expect(clock.pendingMs).toEqual([]);
    });

    it('leaves the last second of an invocation to the execution', async () => {
      const clock = new ManualClock();
      const calls = new PluginCalls({
        plugins: [{ onOperationStart: () => forever }],
        clock,
        remainingMs: () => 3000,
        onWaiting: () => undefined,
        onFailure: () => undefined,
      });

      void calls.tell('onOperationStart', info);

      expect(clock.pendingMs).toEqual([2000]);
    });
  });

  describe('wrapping', () => {
    it('nests the plugins in their order, the first outermost, around the body', async () => {
      const order: string[] = [];
      const around = (name: string): DurableInstrumentationPlugin => ({
        wrapOperationAttemptFn: async (_info, fn) => {
          order.push(`${name} in`);
          const result = await fn();
          order.push(`${name} out`);
          return result;
        },
      });
      const { calls } = callsOf(around('a'), {}, around('b'));

      const result = await calls.wrap('wrapOperationAttemptFn', attemptInfo, async () => (order.push('body'), 7));

      expect(result).toBe(7);
      expect(order).toEqual(['a in', 'b in', 'body', 'b out', 'a out']);
    });

    it("runs the body in the plugin's own asynchronous context", async () => {
      const spans = new AsyncLocalStorage<string>();
      const { calls } = callsOf({ wrapOperationAttemptFn: (_info, fn) => spans.run('span of charge', fn) });

      const seen = await calls.wrap('wrapOperationAttemptFn', attemptInfo, async () => spans.getStore());

      expect(seen).toBe('span of charge');
    });

    it.each<[string, NonNullable<DurableInstrumentationPlugin['wrapOperationAttemptFn']>]>([
      ['calls it twice', (_info, fn) => (void fn(), fn())],
      ['calls it without waiting', (_info, fn) => void fn()],
      ['never calls it', () => undefined],
      ['throws in place of calling it', failing('no tracer')],
      ['throws after it', async (_info, fn) => (await fn(), failing('no tracer')())],
      ['returns something else', async (_info, fn) => (await fn(), 'forged')],
    ])('runs the body once and keeps its result when a plugin %s', async (_what, wrapOperationAttemptFn) => {
      let runs = 0;
      const { calls } = callsOf({ wrapOperationAttemptFn });

      const result = await calls.wrap('wrapOperationAttemptFn', attemptInfo, async () => ++runs);

      expect([result, runs]).toEqual([1, 1]);
    });

    it.each<[string, NonNullable<DurableInstrumentationPlugin['wrapOperationAttemptFn']>]>([
      ['passes it on', (_info, fn) => fn()],
      ['swallows it', async (_info, fn) => Promise.resolve(fn()).catch(() => 'all is well')],
      ['throws another', async (_info, fn) => Promise.resolve(fn()).catch(failing('no tracer'))],
      ['calls and forgets', (_info, fn) => void fn()],
    ])("rethrows the user's own error when a plugin %s", async (_what, wrapOperationAttemptFn) => {
      const declined = new TypeError('the card was declined');
      const { calls } = callsOf({ wrapOperationAttemptFn });

      const running = calls.wrap('wrapOperationAttemptFn', attemptInfo, () => Promise.reject(declined));

      await expect(running).rejects.toBe(declined);
    });

    it("does not blame a plugin for the user's error, but for its own", async () => {
      const passing = callsOf({ wrapOperationAttemptFn: (_info, fn) => fn() });
      const replacing = callsOf({
        wrapOperationAttemptFn: async (_info, fn) => Promise.resolve(fn()).catch(failing('no tracer')),
      });
      const body = failing('declined');

      await expect(passing.calls.wrap('wrapOperationAttemptFn', attemptInfo, body)).rejects.toThrow('declined');
      await expect(replacing.calls.wrap('wrapOperationAttemptFn', attemptInfo, body)).rejects.toThrow('declined');

      expect(passing.complaints()).toEqual([]);
      expect(replacing.complaints()).toEqual([['wrapOperationAttemptFn', 'no tracer']]);
    });

    it.each<[string, NonNullable<DurableInstrumentationPlugin['wrapOperationAttemptFn']>]>([
      ['before the body', () => forever],
      ['after the body', async (_info, fn) => (await fn(), forever)],
    ])('goes on without a plugin that hangs %s', async (_when, wrapOperationAttemptFn) => {
      const { calls, clock, complaints } = callsOf({ wrapOperationAttemptFn });

      const running = calls.wrap('wrapOperationAttemptFn', attemptInfo, async () => 'charged');
      await clock.advance(30_000);

      expect(await running).toBe('charged');
      expect(complaints()).toHaveLength(1);
    });

    it('gives a body all the time it needs', async () => {
      const charge = deferred<string>();
      const { calls, clock, complaints, waiting } = callsOf({ wrapOperationAttemptFn: (_info, fn) => fn() });

      const running = calls.wrap('wrapOperationAttemptFn', attemptInfo, () => charge.promise);
      await clock.advance(3_600_000);
      expect(waiting).toEqual([]);
      charge.resolve('charged');

      expect(await running).toBe('charged');
      expect(complaints()).toEqual([]);
    });
  });

  describe('enriching log records', () => {
    it('merges what the plugins add, in their order', () => {
      const { calls } = callsOf(
        { enrichLogContext: () => ({ traceId: 'a', sampled: true }) },
        { enrichLogContext: () => undefined },
        { enrichLogContext: () => ({ traceId: 'b' }) },
      );

      expect(calls.logFields()).toEqual({ traceId: 'b', sampled: true });
    });

    it('leaves out a plugin that fails', () => {
      const { calls, complaints } = callsOf(
        {
          enrichLogContext: () => {
            throw new Error('no span');
          },
        },
        { enrichLogContext: () => ({ traceId: 'b' }) },
      );

      expect(calls.logFields()).toEqual({ traceId: 'b' });
      expect(complaints()).toEqual([['enrichLogContext', 'no span']]);
    });
  });
});
