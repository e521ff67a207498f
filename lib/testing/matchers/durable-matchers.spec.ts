import { withDurableExecution } from '../../engine/invocation/with-durable-execution.js';
import { TestBench } from '../test-bench.js';
import { durableMatchers } from './durable-matchers.js';

class OutOfStock extends Error {
  override readonly name = 'OutOfStock';
}

async function runs() {
  const bench = await TestBench.open({ startMs: Date.parse('2026-03-01T00:00:00Z'), isManual: false });
  bench.run(
    'f',
    withDurableExecution(async ({ fail }: { fail: boolean }, context) => {
      await context.step('charge', async () => undefined);
      if (fail) throw new OutOfStock('no socks left');
      await context.wait('cool down', { hours: 1 });
    }),
  );
  bench.stubs.fail('charge', new Error('busy'), 1);
  const failed = await bench.start('f', '{"fail":true}');
  await failed.outcome();
  const waiting = await bench.start('f', '{"fail":false}');
  await waiting.until({ suspended: true });
  return { bench, failed, waiting };
}

describe('durableMatchers', () => {
  it('judge how an execution stands, and show its timeline where they fail', async () => {
    const { bench, failed, waiting } = await runs();
    const of = durableMatchers;
    expect(of.toHaveFailedWith(failed, 'socks').pass).toBe(true);
    expect(of.toHaveFailedWith(failed, /^no socks/).pass).toBe(true);
    expect(of.toHaveFailedWith(failed, OutOfStock).pass).toBe(true);
    expect(of.toHaveFailedWith(failed, { type: 'OutOfStock' }).pass).toBe(true);
    expect(of.toHaveFailedWith(failed, RangeError).pass).toBe(false);
    expect(of.toHaveFailedWith(waiting, 'socks').pass).toBe(false);
    expect(of.toHaveSucceeded(failed).message()).toMatch(/to have SUCCEEDED, and it is FAILED\.[^]*charge/);
    expect(of.toHaveRun(failed, 'charge', { times: 2 }).pass).toBe(true);
    expect(of.toHaveRun(waiting, 'charge', { times: 2 }).message()).toContain('it ran 1 times');
    expect(of.toHaveRetried(failed, 'charge', { times: 1 }).pass).toBe(true);
    expect(of.toHaveRetried(waiting, 'charge').pass).toBe(false);
    expect(of.toBeSuspendedOn(waiting, 'cool down').pass).toBe(true);
    expect(of.toBeSuspendedOn(failed, 'cool down').pass).toBe(false);
    const stopped = await bench.start('f', '{"fail":false}');
    await stopped.until({ step: 'charge' });
    expect(of.toBeSuspendedOn(stopped, 'cool down').message()).toContain(
      'it is RUNNING and not suspended: await run.until({ suspended: true }) first.',
    );
    await bench.close();
  });

  it('refuse what is no run: with `not` they would pass', () => {
    const run = Promise.resolve() as never;
    expect(() => durableMatchers.toHaveSucceeded(run)).toThrow(
      'toHaveSucceeded() is for a run, as test.start() returns it, and received a promise: await it first.',
    );
    expect(() => durableMatchers.toHaveRun(undefined as never, 'charge')).toThrow('and received undefined.');
  });

  it('refuse an expected failure that every failure would fit', async () => {
    const { bench, failed } = await runs();
    const nothing = [undefined, '', {}, { mesage: 'x' }, { message: /socks/ }, new Error(), () => true, [], 5];
    for (const expected of [...nothing, expect.stringContaining('x')]) {
      expect(() => durableMatchers.toHaveFailedWith(failed, expected as never)).toThrow(
        'toHaveFailedWith() needs a part of the message, a pattern of it, the class of an error, or { type, message } as texts.',
      );
    }
    const { pass, message } = durableMatchers.toHaveFailedWith(failed, new OutOfStock('no shoes left'));
    expect([pass, message()]).toEqual([false, expect.stringContaining('have failed with {"message":"no shoes left"}')]);
    expect(durableMatchers.toHaveFailedWith(failed, new OutOfStock('no socks left')).pass).toBe(true);
    await bench.close();
  });

  it('refuse a number of times that they would not compare', async () => {
    const { bench, failed } = await runs();
    const { toHaveRun, toHaveRetried } = durableMatchers;
    expect(() => toHaveRun(failed, 'charge', 5 as never)).toThrow('toHaveRun()');
    expect(() => toHaveRun(failed, 'charge', { time: 5 } as never)).toThrow('toHaveRun() has no option "time".');
    expect(() => toHaveRetried(failed, 'charge', { times: '1' } as never)).toThrow('option "times" of toHaveRetried()');
    await bench.close();
  });
});
