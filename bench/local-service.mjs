// Measures the local service: starts per second, latencies, memory, cold restart. Run it with `npm run bench:local`.
// Options: --executions N (default 10000), --seconds N of steady load (default 20), --rate N starts a second (default 500).
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { versusOfficial } from './local/versus-official.mjs';
import { inParallel, Load, percentile, Server } from './local/load.mjs';

const { values } = parseArgs({
  options: {
    executions: { type: 'string', default: '10000' },
    seconds: { type: 'string', default: '20' },
    rate: { type: 'string', default: '500' },
  },
});
const executions = Number(values.executions);
const seconds = Number(values.seconds);
const rate = Number(values.rate);

const print = (...cells) => process.stdout.write(`${cells.join('  ')}\n`);
const rounded = (number, digits = 0) => number.toFixed(digits);
const latency = ({ latencies }) =>
  ['p50', 'p95', 'p99']
    .map((name) => `${name} ${rounded(percentile(latencies, Number(name.slice(1)) / 100), 1)} ms`)
    .join(', ');
const memory = ({ rssMb, heapMb }) => `rss ${rounded(rssMb)} MB, heap ${rounded(heapMb)} MB`;

async function open(load) {
  return (await load.status()).openExecutions;
}

async function until(condition) {
  while (!(await condition())) await delay(10);
}

/** Starts as many executions per second as possible; then all of them wait, and the wait ends for all together. */
async function waiting(name, dataDirectory) {
  const options = { dataDirectory, waitSeconds: 3600 };
  let server = await Server.start(options);
  let load = new Load(server.endpoint);
  const started = await inParallel(executions, 32, (index) => load.start(index));
  print(
    `${name}: ${executions} starts, 32 at once: ${rounded((executions / started.wallMs) * 1000)}/s, ${latency(started)}`,
  );
  const before = performance.now();
  await until(async () => (await load.status()).runningInvocations === 0);
  const wholeMs = started.wallMs + performance.now() - before;
  print(`${name}: first invocations of all, a checkpoint in each: ${rounded((executions / wholeMs) * 1000)}/s`);
  print(`${name}: ${await open(load)} waiting: ${memory(await server.ask({ ask: 'memory' }))}`);
  if (dataDirectory) {
    load.close();
    await server.kill();
    server = await Server.start(options);
    load = new Load(server.endpoint);
    print(
      `${name}: killed and restarted with ${await open(load)} open: ready after ${rounded(server.readyMs)} ms, ${memory(await server.ask({ ask: 'memory' }))}`,
    );
  }
  const wokenAt = performance.now();
  await server.ask({ ask: 'advance', seconds: 3600 });
  await until(async () => (await open(load)) === 0);
  const wallMs = performance.now() - wokenAt;
  print(
    `${name}: all woken and ended: ${rounded((executions / wallMs) * 1000)}/s, ${memory(await server.ask({ ask: 'memory' }))}`,
  );
  load.close();
  await server.kill();
}

/** A steady rate of starts, each of which ends immediately: memory must not grow. */
async function steady(name, dataDirectory) {
  const server = await Server.start({ dataDirectory, waitSeconds: 0 });
  const load = new Load(server.endpoint);
  const latencies = [];
  const samples = [];
  for (let second = 0; second < seconds; second += 1) {
    const startedAt = performance.now();
    const { latencies: taken } = await inParallel(rate, 16, (index) => load.start(index));
    latencies.push(...taken);
    if (second % 5 === 4) samples.push(await server.ask({ ask: 'memory' }));
    await delay(Math.max(0, 1000 - (performance.now() - startedAt)));
  }
  latencies.sort((left, right) => left - right);
  const { cpuMs } = await server.ask({ ask: 'memory' });
  print(
    `${name}: ${rate} starts/s for ${seconds} s: ${latency({ latencies })}, server cpu ${rounded(cpuMs / seconds / 10)} %`,
  );
  print(
    `${name}: heap every 5 s: ${samples.map(({ heapMb }) => rounded(heapMb)).join(', ')} MB; rss ${samples.map(({ rssMb }) => rounded(rssMb)).join(', ')} MB`,
  );
  load.close();
  await server.kill();
}

async function compare() {
  const { ours, official } = await versusOfficial(15);
  for (const [name, medianMs] of Object.entries(official)) {
    const ratio = medianMs / ours[name];
    print(
      `one execution, ${name}: ${rounded(ours[name], 1)} ms, official test runner ${rounded(medianMs, 1)} ms: ${rounded(ratio, 1)}x`,
    );
  }
}

const directory = await mkdtemp(join(tmpdir(), 'durable-bench-'));
try {
  await compare();
  await waiting('memory', undefined);
  await waiting('data', join(directory, 'waiting'));
  await steady('memory', undefined);
  await steady('data', join(directory, 'steady'));
} finally {
  await rm(directory, { recursive: true, force: true });
}
