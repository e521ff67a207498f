// Fan-out: one step for each item of a map.
import { BenchService } from '../lib/bench-service.mjs';
import { expectEnd, measure } from '../lib/measure.mjs';

function map({ count, latencyMs = 0, nesting }) {
  const items = Array.from({ length: count }, (_, index) => index);
  const handler = async (_event, context) => {
    const batch = await context.map('items', items, (child, item) => child.step('double', async () => item * 2), {
      ...(nesting && { nesting }),
    });
    return batch.successCount;
  };
  return (engine) => {
    const run = async (invoke) => expectEnd(await invoke(), 'SUCCEEDED', count);
    return measure({ engine, service: new BenchService({ latencyMs }), handler, run });
  };
}

/** How much the process grows after everything is loaded. For both, this includes the service's own state. */
const mapMemory = (settings) => async (engine) => {
  globalThis.gc();
  const before = process.memoryUsage.rss();
  const measured = await map(settings)(engine);
  return { ...measured, memory: (process.resourceUsage().maxRSS * 1024 - before) / 2 ** 20 };
};

export const scenarios = [
  { name: 'map, 1,000 items', run: map({ count: 1000 }), goals: { cpu: 0.45, calls: 1 } },
  {
    name: 'map, 1,000 items, compiled',
    run: map({ count: 1000 }),
    warmUps: 25,
    goals: { cpu: 0.45, calls: 1 },
  },
  { name: 'map, 3,000 items', run: map({ count: 3000 }), goals: { cpu: 0.45, calls: 1 } },
  {
    name: 'map, 3,000 items, fresh process',
    run: mapMemory({ count: 3000 }),
    isolated: true,
    goals: { memory: 0.55, calls: 1 },
  },
  {
    name: 'map, 3,000 items, nesting FLAT, fresh process',
    run: mapMemory({ count: 3000, nesting: 'FLAT' }),
    isolated: true,
    goals: { calls: 1 },
  },
  {
    name: 'map, 3,000 items, latency 20 ms',
    run: map({ count: 3000, latencyMs: 20 }),
    hasFloor: true,
    goals: { wall: 0.8, calls: 1 },
  },
];

export const growth = {
  name: 'growth: map',
  sizes: [500, 1000, 2000, 4000],
  run: (count) => map({ count }),
  limit: 1.1,
};
