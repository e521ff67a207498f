// A new sandbox up to its first response: loads a module that defines a durable function, then invokes it. Arguments:
// the engine's module, the client (`default` or `lean`), the event.
import { createRequire } from 'node:module';
import { performance } from 'node:perf_hooks';
import { lambdaContext } from '../lib/bench-service.mjs';
import { expectEnd } from '../lib/measure.mjs';
import { report } from '../lib/fresh-process.mjs';

const [module, client, event] = process.argv.slice(2);
const require = createRequire(import.meta.url);

const cpuBefore = process.cpuUsage();
const startedMs = performance.now();
const engine = module.endsWith('.cjs') ? require(module) : await import(module);
const config = client === 'lean' ? { durableExecutionClient: engine.createLeanDurableClient() } : {};
const handler = engine.withDurableExecution(async (_event, context) => {
  const one = await context.step('one', async () => 1);
  return one + (await context.step('two', async () => 1));
}, config);
const loadedMs = performance.now();
const output = await handler(JSON.parse(event), lambdaContext);
const endedMs = performance.now();
const cpu = process.cpuUsage(cpuBefore);
expectEnd(output, 'SUCCEEDED', 2);
report({
  total: endedMs - startedMs,
  init: loadedMs - startedMs,
  first: endedMs - loadedMs,
  cpu: (cpu.user + cpu.system) / 1000,
});
