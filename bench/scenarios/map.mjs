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
  return async (engine) => {
    globalThis.gc?.();
    const memoryBefore = process.memoryUsage().heapUsed;
    let peak = 0;
    const service = new BenchService({ latencyMs });
    const checkpoint = service.checkpoint.bind(service);
    service.checkpoint = async (request) => {
      peak = Math.max(peak, process.memoryUsage().heapUsed);
      return checkpoint(request);
    };
    const run = async (invoke) => expectEnd(await invoke(), 'SUCCEEDED', count);
    const measured = await measure({ engine, service, handler, run });
    return { ...measured, memory: Math.max(1, peak - memoryBefore) };
  };
}

export const scenarios = [
  { name: 'map, 1,000 items', run: map({ count: 1000 }), goals: { cpu: 0.45, calls: 1 } },
  { name: 'map, 3,000 items', run: map({ count: 3000 }), goals: { cpu: 0.45, memory: 0.55, calls: 1 } },
  { name: 'map, 3,000 items, latency 20 ms', run: map({ count: 3000, latencyMs: 20 }), goals: { wall: 0.8, calls: 1 } },
];

export const growth = {
  name: 'growth: map',
  sizes: [500, 1000, 2000, 4000],
  run: (count) => map({ count }),
  limit: 1.1,
};
