// Results of 200 KB.
import { BenchService } from '../lib/bench-service.mjs';
import { expectEnd, measure } from '../lib/measure.mjs';

const STEPS = 100;
const rows = Array.from({ length: 2_000 }, (_, index) => ({
  id: index,
  sku: `article-${index}`,
  note: 'a "quoted" remark, of some length',
}));

const handler = async (_event, context) => {
  let total = 0;
  for (let index = 0; index < STEPS; index += 1)
    total += (await context.step(`page-${index}`, async () => rows)).length;
  return total;
};

export const scenarios = [
  {
    name: '100 steps of 200 KB',
    run: (engine) =>
      measure({
        engine,
        service: new BenchService(),
        handler,
        run: async (invoke) => expectEnd(await invoke(), 'SUCCEEDED', STEPS * rows.length),
      }),
    isolated: true,
    hasFloor: true,
    goals: { cpu: 0.7, calls: 1 },
  },
];
