import assert from 'node:assert/strict';
import { DurableTest } from 'nestjs-durable-execution/testing';
import { Fulfilment, Payments, ShopModule } from './shop.js';

const order = { id: '7' };
const startAt = '2026-03-01T00:00:00.000Z';

/** Goes through Express, and through the AWS client, of which nothing leaves the process. */
export async function routes(): Promise<void> {
  await using test = await DurableTest.create({ imports: [ShopModule] });
  test.mockStep(Payments, 'charge', ({ id }) => `stubbed ${id}`);
  const { status } = await test.request('POST', '/orders', order);
  assert.equal(status, 202);
  const started = test.runs.at(-1)!;
  assert.equal(((await started.result()) as { receipt: string }).receipt, 'stubbed 7');
}

/** What has to hold under every test runner. */
export const kitScenario: Readonly<Record<string, () => Promise<void>>> = {
  'passes fourteen days, and keeps what is recorded': async () => {
    await using test = await DurableTest.create({ imports: [ShopModule] }, { startAt });
    const run = await test.start(Fulfilment, 'fulfil', order);
    assert.deepEqual(await run.result(), { receipt: 'receipt of 7', parcel: 'parcel of 7', at: startAt });
    assert.equal(run.step('charge card').ran, 1);
    assert.match(run.step('charge card').calledAt ?? '', /shop\.[jt]s:\d+:\d+$/);
    assert.ok(test.now().getTime() - Date.parse(startAt) >= 14 * 86_400_000);
  },

  'runs routes and what they start, and stubs a step by its method': routes,

  'keeps the steps of a provider in whose place another stands': async () => {
    await using test = await DurableTest.create({ imports: [ShopModule] })
      .overrideProvider(Payments)
      .useValue({ charge: async () => 'faked' });
    const run = await test.start(Fulfilment, 'fulfil', order);
    assert.equal((await run.result()).receipt, 'faked');
    assert.equal(run.step('charge card').result, 'faked');
  },

  'survives every crash, and handles every failure': async () => {
    await using test = await DurableTest.create({ imports: [ShopModule] }, { startAt });
    const crashes = await test.survivesEveryCrash((fresh) => fresh.start(Fulfilment, 'fulfil', order));
    assert.ok(crashes.runs >= 8);
    const failures = await test.handlesEveryFailure((fresh) => fresh.start(Fulfilment, 'fulfil', order), {
      compensations: { 'charge card': 'refund' },
    });
    assert.deepEqual(failures.steps, ['charge card', 'ship']);
  },

  'names the line that asks the clock': async () => {
    await using test = await DurableTest.create({ imports: [ShopModule] });
    const run = await test.start(Fulfilment, 'careless');
    await assert.rejects(run.result(), /Date\.now\(\) is called outside of a step, at [^\n]*shop\.[jt]s:\d+:\d+\./);
  },
};
