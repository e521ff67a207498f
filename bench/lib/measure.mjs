// One measured run, and statistics over many runs.
import { performance } from 'node:perf_hooks';
import { setImmediate as turn } from 'node:timers/promises';
import { lambdaContext } from './bench-service.mjs';

/**
 * Runs invocations of a handler on a service and measures them.
 * @param run is given `invoke`, which runs one invocation, and returns what the run must have produced to count
 */
export async function measure({ engine, service, handler, run }) {
  const durable = engine.withDurableExecution(handler, { durableExecutionClient: service });
  const invoke = () => durable(service.event(), lambdaContext);
  const ownBeforeMs = service.ownMs;
  // Not a full collection: V8 would drop the shapes of collected objects and the code that it has compiled for them,
  // and every run would measure its compiler.
  globalThis.gc?.({ type: 'minor' });
  const cpuBefore = process.cpuUsage();
  const startedMs = performance.now();
  await run(invoke);
  const wallMs = performance.now() - startedMs;
  // What a run leaves for later turns of the event loop is its own work, not that of the run after it.
  await turn();
  await turn();
  const cpu = process.cpuUsage(cpuBefore);
  const ownMs = service.ownMs - ownBeforeMs;
  return {
    wall: wallMs - ownMs,
    cpu: (cpu.user + cpu.system) / 1000 - ownMs,
    calls: service.calls,
    updates: service.updates,
  };
}

/** Fails the run if an invocation has not ended as expected. */
export function expectEnd(output, status, result) {
  if (output.Status === status && (result === undefined || output.Result === JSON.stringify(result))) return;
  throw new Error(
    `wrong result: expected ${status} ${JSON.stringify(result)}, got ${JSON.stringify(output).slice(0, 200)}`,
  );
}

export function median(values) {
  const sorted = values.filter((value) => value !== undefined).sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length % 2 ? sorted[Math.floor(middle)] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** The median of each measure over many runs. */
export function medians(runs) {
  return Object.fromEntries(Object.keys(runs[0]).map((key) => [key, median(runs.map((run) => run[key]))]));
}

/** How fast a measure grows with n: the slope of the line through (log n, log measure). */
export function growthExponent(points) {
  const logs = points.map(([n, value]) => [Math.log(n), Math.log(value)]);
  const meanX = logs.reduce((sum, [x]) => sum + x, 0) / logs.length;
  const meanY = logs.reduce((sum, [, y]) => sum + y, 0) / logs.length;
  const covariance = logs.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0);
  return covariance / logs.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
}
