// Steps one after the other.
import { BenchService } from '../lib/bench-service.mjs';
import { expectEnd, measure } from '../lib/measure.mjs';

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const steps = (count, body) => async (_event, context) => {
  let sum = 0;
  for (let index = 0; index < count; index += 1) sum += await context.step(`step-${index}`, body);
  return sum;
};

function sequential({ count, bodyMs, latencyMs = 0 }) {
  const body = bodyMs ? () => pause(bodyMs).then(() => 1) : async () => 1;
  return (engine) => {
    const run = async (invoke) => expectEnd(await invoke(), 'SUCCEEDED', count);
    return measure({ engine, service: new BenchService({ latencyMs }), handler: steps(count, body), run });
  };
}

export const scenarios = [
  {
    name: 'sequential, body 1 ms, latency 20 ms',
    run: sequential({ count: 20, bodyMs: 1, latencyMs: 20 }),
    hasFloor: true,
    goals: { wall: 0.6, calls: 0.5 },
  },
  {
    name: 'sequential, body 10 ms, latency 20 ms',
    run: sequential({ count: 20, bodyMs: 10, latencyMs: 20 }),
    hasFloor: true,
    goals: { wall: 0.8, calls: 0.5 },
  },
  { name: 'sequential, 1,000 steps', run: sequential({ count: 1000 }), hasFloor: true, goals: { cpu: 0.45, calls: 1 } },
  { name: 'sequential, 4,000 steps', run: sequential({ count: 4000 }), hasFloor: true, goals: { cpu: 0.22, calls: 1 } },
];

/** CPU against the number of operations. */
export const growth = {
  name: 'growth: sequential',
  sizes: [1000, 2000, 4000, 8000],
  run: (count) => sequential({ count }),
  limit: 1.1,
};
