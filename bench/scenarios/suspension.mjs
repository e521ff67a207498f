// Invocations that end with a wait.
import { BenchService } from '../lib/bench-service.mjs';
import { expectEnd, measure } from '../lib/measure.mjs';

const waiting = async (_event, context) => context.wait({ hours: 1 });

export const scenarios = [
  {
    name: 'suspension on one wait',
    run: (engine) =>
      measure({
        engine,
        service: new BenchService(),
        handler: waiting,
        run: async (invoke) => expectEnd(await invoke(), 'PENDING'),
      }),
    goals: { wall: 0.1, calls: 1 },
  },
];
