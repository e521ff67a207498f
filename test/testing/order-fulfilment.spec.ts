import { DurableTest } from 'nestjs-durable-execution/testing';
import type { Order } from '../../sample/order-fulfilment/src/orders/order.dto.js';
import { OrderFulfilment } from '../../sample/order-fulfilment/src/orders/order-fulfilment.service.js';
import { OrdersModule } from '../../sample/order-fulfilment/src/orders/orders.module.js';
import { type OutsideEvent, OutsideWorld } from '../../sample/order-fulfilment/src/outside/outside-world.js';
import { GatewayTimeout } from '../../sample/order-fulfilment/src/outside/payment-gateway.js';

/** The world of the sample without its file. */
class InMemoryWorld {
  readonly #events: OutsideEvent[] = [];

  record(system: string, event: string, orderId: string, facts: Record<string, unknown> = {}): void {
    this.#events.push({ system, event, orderId, ...facts });
  }

  find(system: string, event: string, orderId: string): OutsideEvent | undefined {
    return this.#events.find((one) => one.system === system && one.event === event && one.orderId === orderId);
  }

  events(): OutsideEvent[] {
    return this.#events;
  }
}

const small: Order = {
  orderId: 'o-1',
  customer: 'Ada',
  items: [{ sku: 'socks', quantity: 2, priceCents: 500 }],
  totalCents: 1000,
};
const large: Order = { ...small, orderId: 'o-2', totalCents: 250_000 };

const shop = () =>
  DurableTest.create({ imports: [OrdersModule] })
    .overrideProvider(OutsideWorld)
    .useValue(new InMemoryWorld());

describe('The order shop under the testing kit', () => {
  it('ships a small order, although the gateway loses the first request', async () => {
    await using test = await shop();
    const run = await test.start(OrderFulfilment, 'fulfil', small);
    await expect(run.result()).resolves.toMatchObject({ status: 'shipped', trackingNumber: 'parcel-o-1' });
    expect(run).toHaveSucceeded();
    expect(run).toHaveRun('charge card', { times: 2 });
    expect(run).toHaveRetried('charge card', { times: 1 });
    expect(run).toHaveRun('ship', { times: 1 });
  });

  it.each([
    [true, 'shipped'],
    [false, 'rejected'],
  ])('asks for a large order, and when the answer is %s it is %s', async (approved, status) => {
    await using test = await shop();
    test.answerCallback('approval', { approved });
    const run = await test.start(OrderFulfilment, 'fulfil', large);
    await expect(run.result()).resolves.toMatchObject({ status });
    expect(run.operationsNamed('refund')).toHaveLength(approved ? 0 : 1);
  });

  it('fails a large order that nobody decides about, after three days', async () => {
    await using test = await shop();
    const run = await test.start(OrderFulfilment, 'fulfil', large);
    const before = test.now().getTime();
    await run.outcome();
    expect(run).toHaveFailedWith({ type: 'CallbackTimeoutError' });
    expect(test.now().getTime() - before).toBeGreaterThanOrEqual(3 * 86_400_000);
  });

  it('waits for the back office, suspended', async () => {
    await using test = await shop();
    const run = await test.start(OrderFulfilment, 'fulfil', large);
    await run.until({ callback: 'approval' });
    await run.until({ suspended: true });
    expect(run).toBeSuspendedOn('approval');
    await run.pause('the back office is closed');
    await run.resume();
    await run.succeedCallback('approval', { approved: true });
    await run.result();
    expect(run.events.map(({ EventType }) => EventType)).toEqual(
      expect.arrayContaining(['ExecutionPaused', 'CallbackSucceeded', 'ExecutionSucceeded']),
    );
  });

  it('gives up when the gateway is down for good', async () => {
    await using test = await shop();
    test.failStep('charge card', new GatewayTimeout('down'), 5);
    const run = await test.start(OrderFulfilment, 'fulfil', small);
    await run.outcome();
    expect(run).toHaveFailedWith('down');
    expect(run.step('charge card')).toMatchObject({ attempts: 5, status: 'FAILED' });
    expect(run).not.toHaveRun('ship');
  });

  it('survives every crash, a throttled and a superseded checkpoint, and a pause', async () => {
    await using test = await shop();
    const report = await test.survivesEveryCrash(
      async (fresh) => {
        fresh.get(OutsideWorld).events().length = 0;
        fresh.answerCallback('approval', { approved: true });
        return fresh.start(OrderFulfilment, 'fulfil', large);
      },
      { also: ['throttle', 'stale-token', 'pause', 'kms'] },
    );
    expect(report.runs).toBe(report.checkpoints * 6);
  }, 60_000);

  it('takes orders over HTTP', async () => {
    await using test = await shop();
    const { status, body } = await test.request('POST', '/orders', { customer: 'Ada', items: small.items });
    expect(status).toBe(202);
    expect(body).toMatchObject({ totalCents: 1000, status: expect.stringMatching(/^\/orders\//) });
    const refused = await test.request('POST', '/orders', { customer: '', items: [] });
    expect(refused.status).toBe(400);
  });

  it('refuses whom the guard refuses', async () => {
    await using test = await shop();
    const run = await test.start(OrderFulfilment, 'fulfil', { ...small, customer: 'Mallory' });
    await run.outcome();
    expect(run.status).toBe('FAILED');
    expect(run.operations).toEqual([]);
  });
});
