// The service under load, in a separate process so that its memory can be measured: options are JSON.
import { Agent, request } from 'node:http';
import { startLocalService } from '../../dist/esm/local/index.js';

const { dataDirectory, waitSeconds } = JSON.parse(process.argv[2]);
const agent = new Agent({ keepAlive: true, maxSockets: 16 });

/** A minimal function: one step and one wait in its first invocation, its end in the second. */
async function handler(event) {
  const isFirst = event.InitialExecutionState.Operations.length === 1;
  if (!isFirst || waitSeconds === 0) return { Status: 'SUCCEEDED', Result: '"done"' };
  await checkpoint(event, [
    { Id: 'a', Type: 'STEP', Action: 'START', Name: 'reserve' },
    { Id: 'a', Type: 'STEP', Action: 'SUCCEED', Name: 'reserve', Payload: '{"ok":true}' },
    { Id: 'b', Type: 'WAIT', Action: 'START', Name: 'cool-down', WaitOptions: { WaitSeconds: waitSeconds } },
  ]);
  return { Status: 'PENDING' };
}

function checkpoint({ DurableExecutionArn, CheckpointToken }, Updates) {
  const body = JSON.stringify({ CheckpointToken, Updates });
  const path = `/2025-12-01/durable-executions/${encodeURIComponent(DurableExecutionArn)}/checkpoint`;
  return new Promise((resolve, reject) => {
    const options = { agent, method: 'POST', headers: { 'content-length': Buffer.byteLength(body) } };
    const call = request(`${service.endpoint}${path}`, options, (response) => {
      response.resume();
      response.on('end', () =>
        response.statusCode === 200 ? resolve() : reject(new Error(`HTTP ${response.statusCode}`)),
      );
    });
    call.on('error', reject);
    call.end(body);
  });
}

const before = performance.now();
const service = await startLocalService({
  functions: { f: { handler, durable: { executionTimeoutSeconds: 86_400 } } },
  ...(dataDirectory ? { dataDirectory } : {}),
});

process.on('message', ({ ask, seconds }) => {
  if (ask === 'advance') service.clock.advance(seconds * 1000);
  globalThis.gc?.();
  const { rss, heapUsed } = process.memoryUsage();
  process.send({ rssMb: rss / 2 ** 20, heapMb: heapUsed / 2 ** 20, cpuMs: process.cpuUsage().user / 1000 });
});
process.on('SIGINT', () => process.exit(0));
process.send({ endpoint: service.endpoint, readyMs: performance.now() - before });
