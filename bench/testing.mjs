// Measures the testing kit: tests of a Nest application, each with its own application and service.
// `npm run bench:testing [-- --tests 200]`
import assert from 'node:assert/strict';
import { parseArgs } from 'node:util';
import { DurableTest } from 'nestjs-durable-execution/testing';
import { Fulfilment, ShopModule } from './testing/shop.mjs';

const { values } = parseArgs({ options: { tests: { type: 'string', default: '200' } } });
const tests = Number(values.tests);

async function durableTest(index) {
  const test = await DurableTest.create({ imports: [ShopModule] });
  test.answerCallback('approval', 'yes');
  const run = await test.start(Fulfilment, 'fulfil', { id: `${index}`, items: ['a', 'b', 'c'] });
  const result = await run.result();
  assert.deepEqual(result, { receipt: `receipt of ${index}`, parcels: ['a', 'b', 'c'], approval: 'yes' });
  await test.close();
}

async function timed(work) {
  const startedMs = performance.now();
  await work();
  return performance.now() - startedMs;
}

const cpuBefore = process.cpuUsage();
const totalStartedMs = performance.now();
const first = await timed(() => durableTest(0));
const others = [];
for (let index = 1; index < tests; index += 1) others.push(await timed(() => durableTest(index)));
const total = performance.now() - totalStartedMs;
others.sort((left, right) => left - right);
const at = (share) => others[Math.floor((others.length - 1) * share)].toFixed(1);

console.log(`${tests} durable tests of a Nest application: ${(total / 1000).toFixed(2)} s`);
console.log(`first ${first.toFixed(0)} ms, then each ${at(0.5)} ms (median), ${at(0.95)} ms (p95), ${at(1)} ms (most)`);
const { user, system } = process.cpuUsage(cpuBefore);
console.log(`CPU ${((user + system) / 1000 / tests).toFixed(1)} ms a test, whatever else runs on the machine`);
console.log(`aims: 200 within 5 s on 2 cores, 25 ms each after the first`);
