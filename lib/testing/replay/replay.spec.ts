import type { DurableContext } from '../../engine/context/durable-context.js';
import { withDurableExecution } from '../../engine/invocation/with-durable-execution.js';
import { TestBench } from '../test-bench.js';
import { alwaysReplay } from './always-replay.js';
import { shuffled } from './shuffled.js';

async function benchOf(handler: (context: DurableContext) => Promise<unknown>): Promise<TestBench> {
  const bench = await TestBench.open({ startMs: Date.parse('2026-03-01T00:00:00Z'), isManual: false });
  bench.run(
    'f',
    withDurableExecution(async (_input, context) => handler(context)),
  );
  return bench;
}

describe('alwaysReplay', () => {
  it('begins a fresh invocation behind every operation that ends', async () => {
    let beginnings = 0;
    const bench = await benchOf(async (context) => {
      beginnings += 1;
      const a = await context.step('a', async () => 1);
      const b = await context.step('b', async () => 2);
      return a + b;
    });
    alwaysReplay(bench);
    const run = await bench.start('f', '{}');
    await expect(run.result()).resolves.toBe(3);
    expect(beginnings).toBe(3);
    expect(run.operations.map(({ ran }) => ran)).toEqual([1, 1]);
    await bench.close();
  });
});

describe('shuffled', () => {
  it('lets concurrent bodies end in orders that depend on the seed alone', async () => {
    const names = ['a', 'b', 'c', 'd'];
    const orderOf = async (seed: number) => {
      const order: string[] = [];
      const bench = await benchOf(async (context) => {
        await Promise.all(names.map((name) => context.step(name, async () => name).then(() => order.push(name))));
      });
      shuffled(bench, seed);
      await (await bench.start('f', '{}')).result();
      await bench.close();
      return order.join('');
    };
    const orders = await Promise.all([1, 2, 3, 4, 5].map(orderOf));
    expect(new Set(orders).size).toBeGreaterThan(1);
    expect(await orderOf(3)).toBe(orders[2]);
    for (const order of orders) expect([...order].sort()).toEqual(names);
  });
});
