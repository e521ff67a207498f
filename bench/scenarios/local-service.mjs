// The local service under load: what an execution costs must not depend on how many there were.
// `bench/local-service.mjs` measures its throughput at length.
import { OURS } from '../lib/engines.mjs';
import { inParallel, Load, Server } from '../local/load.mjs';

async function executions(count) {
  const server = await Server.start({ waitSeconds: 3600 });
  const load = new Load(server.endpoint);
  try {
    await inParallel(100, 16, (index) => load.start(index));
    const { cpuMs: cpuBefore } = await server.ask({ ask: 'memory' });
    const { wallMs } = await inParallel(count, 16, (index) => load.start(index));
    const { cpuMs } = await server.ask({ ask: 'memory' });
    return { wall: wallMs, cpu: cpuMs - cpuBefore };
  } finally {
    load.close();
    await server.kill();
  }
}

export const growth = {
  name: 'growth: executions in the local service',
  contestants: () => [OURS],
  sizes: [1000, 2000, 4000, 8000],
  run: (count) => () => executions(count),
  limit: 1.2,
};
