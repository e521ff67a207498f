// Nested children, such as helper functions that call each other create.
import { BenchService } from '../lib/bench-service.mjs';
import { expectEnd, measure } from '../lib/measure.mjs';

function nested({ depth, times }) {
  const dive = (context, left) =>
    left === 0
      ? context.step('leaf', async () => 1)
      : context.runInChildContext(`level-${left}`, (child) => dive(child, left - 1));
  const handler = async (_event, context) => {
    let sum = 0;
    for (let time = 0; time < times; time += 1) sum += await dive(context, depth);
    return sum;
  };
  return (engine) => {
    const run = async (invoke) => expectEnd(await invoke(), 'SUCCEEDED', times);
    return measure({ engine, service: new BenchService(), handler, run });
  };
}

export const scenarios = [
  {
    name: 'children nested 10 deep, 100 times',
    run: nested({ depth: 10, times: 100 }),
    goals: { wall: 0.7, cpu: 1, calls: 1 },
  },
];
