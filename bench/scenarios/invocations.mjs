// Many small executions in one warm process.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { BenchService, lambdaContext } from '../lib/bench-service.mjs';
import { expectEnd } from '../lib/measure.mjs';

const COUNT = 10_000;
const WARM_UP = 8_000;

const handler = async (_event, context) => context.step('only', async () => 1);

async function manyInvocations(engine) {
  const invokeOnce = async () => {
    const service = new BenchService();
    const durable = engine.withDurableExecution(handler, { durableExecutionClient: service });
    expectEnd(await durable(service.event(), lambdaContext), 'SUCCEEDED', 1);
    return service.ownMs;
  };
  const warmUp = async () => {
    for (let index = 0; index < WARM_UP; index += 1) await invokeOnce();
  };
  // Runs until V8 has compiled the code, because compiled code is not growth of the engine.
  await warmUp();
  const heapBefore = await heapAfterCollection();
  // A full collection drops compiled code. V8 compiles it again before the time counts.
  await warmUp();
  const cpuBefore = process.cpuUsage();
  let ownMs = 0;
  for (let index = 0; index < COUNT; index += 1) ownMs += await invokeOnce();
  const cpu = process.cpuUsage(cpuBefore);
  const timers = process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;
  return {
    cpu: (cpu.user + cpu.system) / 1000 - ownMs,
    timers,
    heapGrowth: ((await heapAfterCollection()) - heapBefore) / 1024,
  };
}

async function heapAfterCollection() {
  for (let round = 0; round < 4; round += 1) {
    await nextTurn();
    globalThis.gc();
  }
  return process.memoryUsage().heapUsed;
}

export const scenarios = [
  {
    name: '10,000 one-step invocations',
    run: manyInvocations,
    isolated: true,
    goals: { cpu: 0.25 },
    limits: { timers: 0, heapGrowth: 100 },
  },
];
