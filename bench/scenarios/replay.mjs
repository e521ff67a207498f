// Invocations that find every operation completed.
import { createHash } from 'node:crypto';
import { BenchService } from '../lib/bench-service.mjs';
import { expectEnd, measure } from '../lib/measure.mjs';

const steps = (count) => async (_event, context) => {
  let sum = 0;
  for (let index = 0; index < count; index += 1) sum += await context.step(`step-${index}`, async () => 1);
  return sum;
};

/**
 * What an execution of `count` steps has recorded. Created without an engine, so that none is warmed up. Both engines
 * number operations alike (the first 16 hexadecimal digits of the position's MD5).
 */
function recorded(count) {
  return Array.from({ length: count }, (_, index) => ({
    Id: createHash('md5')
      .update(String(index + 1))
      .digest('hex')
      .slice(0, 16),
    Type: 'STEP',
    SubType: 'Step',
    Name: `step-${index}`,
    Status: 'SUCCEEDED',
    StartTimestamp: 1_767_356_935_010,
    EndTimestamp: 1_767_356_935_120,
    StepDetails: { Attempt: 1, Result: '1' },
  }));
}

function replay({ count, pageItems, latencyMs = 0 }) {
  return async (engine) => {
    const service = new BenchService({ pageItems, latencyMs, operations: recorded(count) });
    const run = async (invoke) => expectEnd(await invoke(), 'SUCCEEDED', count);
    const measured = await measure({ engine, service, handler: steps(count), run });
    if (service.updates > 0) throw new Error('a replay has recorded something');
    return measured;
  };
}

export const scenarios = [
  {
    name: 'replay, 1,000 operations, fresh process',
    run: replay({ count: 1000 }),
    hasFloor: true,
    goals: { wall: 0.25 },
    isolated: true,
  },
  {
    name: 'replay, 3,000 operations, fresh process',
    run: replay({ count: 3000 }),
    hasFloor: true,
    goals: { wall: 0.25 },
    isolated: true,
  },
  { name: 'replay, 10,000 operations, warm', run: replay({ count: 10_000 }), hasFloor: true, goals: { cpu: 0.12 } },
  {
    name: 'replay, 3,000 operations, pages of 1,000, latency 20 ms',
    run: replay({ count: 3000, pageItems: 1000, latencyMs: 20 }),
    hasFloor: true,
    goals: { wall: 0.4, calls: 1 },
  },
];

export const growth = {
  name: 'growth: replay',
  sizes: [1000, 3000, 10_000],
  run: (count) => replay({ count }),
  limit: 1.1,
};
