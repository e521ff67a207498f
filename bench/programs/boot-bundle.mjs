// Loads a bundle and boots the application in it. Argument: the bundle.
import { performance } from 'node:perf_hooks';
import { BenchService, lambdaContext } from '../lib/bench-service.mjs';
import { report } from '../lib/fresh-process.mjs';

const event = new BenchService().event();
const cpuBefore = process.cpuUsage();
const startedMs = performance.now();
const { boot } = await import(process.argv[2]);
await boot({ event, lambdaContext });
const wall = performance.now() - startedMs;
const cpu = process.cpuUsage(cpuBefore);
report({ wall, cpu: (cpu.user + cpu.system) / 1000 });
