// The same handler, written with the official SDK, runs on the official local test runner and on the local service.
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { withDurableExecution } from '@aws/durable-execution-sdk-js';
import { LocalDurableTestRunner } from '@aws/durable-execution-sdk-js-testing';
import { startLocalService } from '../../dist/esm/local/index.js';

/** Cases by name: how many steps one after the other, and how many waits. */
const CASES = {
  'one step': { steps: 1, waits: 0 },
  '50 steps': { steps: 50, waits: 0 },
  '5 waits of an hour': { steps: 0, waits: 5 },
};

const handler = withDurableExecution(async ({ steps, waits }, context) => {
  for (let step = 0; step < steps; step += 1) await context.step(`s${step}`, async () => step);
  for (let wait = 0; wait < waits; wait += 1) await context.wait(`w${wait}`, { seconds: 3600 });
  return steps + waits;
});

/** Taken before the official runner replaces the clocks to skip time. */
const now = performance.now.bind(performance);

async function medianMs(times, run) {
  const taken = [];
  for (let index = 0; index < times; index += 1) {
    const before = now();
    await run();
    taken.push(now() - before);
  }
  return taken.sort((left, right) => left - right)[times >> 1];
}

async function official(times) {
  await LocalDurableTestRunner.setupTestEnvironment({ skipTime: true });
  const medians = {};
  for (const [name, payload] of Object.entries(CASES)) {
    const run = async () => {
      const runner = new LocalDurableTestRunner({ handlerFunction: handler });
      await runner.run({ payload });
    };
    await run();
    medians[name] = await medianMs(times, run);
  }
  await LocalDurableTestRunner.teardownTestEnvironment();
  return medians;
}

async function ours(times) {
  const functions = { f: { handler, durable: { executionTimeoutSeconds: 900_000 } } };
  const service = await startLocalService({ functions, skipTime: true, limits: { syncExecutionSeconds: 900_000 } });
  process.env.AWS_ENDPOINT_URL_LAMBDA = service.endpoint;
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new LambdaClient({ endpoint: service.endpoint, region: 'us-east-1', credentials });
  const medians = {};
  for (const [name, payload] of Object.entries(CASES)) {
    const run = () => client.send(new InvokeCommand({ FunctionName: 'f:$LATEST', Payload: JSON.stringify(payload) }));
    await run();
    medians[name] = await medianMs(times, run);
  }
  client.destroy();
  await service.close();
  return medians;
}

/** @returns medians in milliseconds by case */
export async function versusOfficial(times) {
  Object.assign(process.env, { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' });
  return { ours: await ours(times), official: await official(times) };
}
