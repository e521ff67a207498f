// What telemetry costs for each operation: `node --expose-gc bench/telemetry.mjs [rounds]`. The exporter discards its
// spans.
import { context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { BenchService } from './lib/bench-service.mjs';
import { expectEnd, measure, medians } from './lib/measure.mjs';
import { cloudWatchMetrics, withDurableExecution } from 'nestjs-durable-execution/engine';
import { openTelemetry } from 'nestjs-durable-execution/otel';

const STEPS = 1000;
const rounds = Number(process.argv[2] ?? 9);

context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
const exporter = { export: (_spans, done) => done({ code: 0 }), shutdown: async () => undefined };
const providerOf = () =>
  new BasicTracerProvider({ spanProcessors: [new BatchSpanProcessor(exporter, { maxQueueSize: 8 * STEPS })] });
const tracerProvider = providerOf();

const contestants = {
  'no plugin': [],
  'a plugin with one hook, for the start of invocations': [{ onInvocationStart: async () => undefined }],
  'cloudWatchMetrics()': [cloudWatchMetrics({ write: () => undefined })],
  'openTelemetry()': [openTelemetry({ tracerProvider })],
  "openTelemetry({ view: 'invocation' })": [openTelemetry({ tracerProvider, view: 'invocation' })],
};

async function handler(_event, durable) {
  let sum = 0;
  for (let index = 0; index < STEPS; index += 1) sum += await durable.step(`step-${index}`, async () => 1);
  return sum;
}

function runOnce(plugins) {
  const engine = { withDurableExecution: (body, config) => withDurableExecution(body, { ...config, plugins }) };
  const run = async (invoke) => expectEnd(await invoke(), 'SUCCEEDED', STEPS);
  return measure({ engine, service: new BenchService({}), handler, run });
}

const runs = new Map(Object.keys(contestants).map((name) => [name, []]));
// The first round warms up.
for (let round = 0; round <= rounds; round += 1) {
  for (const [name, plugins] of Object.entries(contestants)) {
    const measured = await runOnce(plugins);
    if (round > 0) runs.get(name).push(measured);
  }
}
const base = medians(runs.get('no plugin')).cpu;
console.log(`CPU for each of ${STEPS} steps in sequence, in microseconds; median of ${rounds} runs`);
for (const [name, measured] of runs) {
  const { cpu } = medians(measured);
  const each = (ms) => ((ms * 1000) / STEPS).toFixed(1).padStart(7);
  console.log(`${each(cpu)}  ${each(cpu - base)} more  ${name}`);
}
