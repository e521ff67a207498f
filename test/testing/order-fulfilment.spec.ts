import { jest } from '@jest/globals';
import { DurableTest, stepName } from 'nestjs-durable-execution/testing';
import type { Order } from '../../sample/order-fulfilment/src/orders/order.dto.js';
import { OrderFulfilment } from '../../sample/order-fulfilment/src/orders/order-fulfilment.service.js';
import { OrdersModule } from '../../sample/order-fulfilment/src/orders/orders.module.js';
import { type OutsideEvent, OutsideWorld } from '../../sample/order-fulfilment/src/outside/outside-world.js';
import { Carrier } from '../../sample/order-fulfilment/src/outside/carrier.js';
import { GatewayTimeout, PaymentGateway } from '../../sample/order-fulfilment/src/outside/payment-gateway.js';
import { TextMessages } from '../../sample/order-fulfilment/src/outside/text-messages.js';

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
    const [callback] = run.operations.filter(({ type }) => type === 'CALLBACK');
    expect(run.operation('approval').callbackId).toBe(callback!.callbackId);
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

  it('stubs steps by their methods, and lets one fail and one hang', async () => {
    await using test = await shop();
    test.mockStep(PaymentGateway, 'charge', async ({ orderId }) => `stubbed-${orderId}`);
    test.failStep(Carrier, 'ship', new Error('The lorry is late.'), 2);
    const run = await test.start(OrderFulfilment, 'fulfil', small);
    await expect(run.result()).resolves.toMatchObject({ status: 'shipped', paymentId: 'stubbed-o-1' });
    expect(run).toHaveRetried(Carrier, 'ship', { times: 2 });
    const paymentId: string | undefined = run.step(PaymentGateway, 'charge').result;
    expect(paymentId).toBe('stubbed-o-1');

    test.stallStep(TextMessages, 'tellShipped');
    const silent = await test.start(OrderFulfilment, 'fulfil', { ...small, orderId: 'o-3' });
    await expect(silent.result()).resolves.toMatchObject({ status: 'shipped' });
    expect(silent.step(TextMessages, 'tellShipped').status).toBe('FAILED');
  });

  it('is spied on with what the runner has', async () => {
    await using test = await shop();
    const record = jest.spyOn(test.get(OutsideWorld), 'record');
    await (await test.start(OrderFulfilment, 'fulfil', small)).result();
    expect(record).toHaveBeenCalledWith('payments', 'charged', 'o-1', expect.anything());
  });

  it('passes time by hand, and crashes where it is told', async () => {
    await using test = await DurableTest.create({ imports: [OrdersModule] }, { time: 'manual', startAt: '2026-03-01' })
      .overrideProvider(OutsideWorld)
      .useValue(new InMemoryWorld());
    test.mockStep(PaymentGateway, 'charge', () => 'paid');
    const run = await test.start(OrderFulfilment, 'fulfil', small);
    await run.until({ step: stepName(PaymentGateway, 'charge') });
    run.crash();
    await run.until({ suspended: true });
    expect(run).toBeSuspendedOn('charge card');
    await expect(run.result()).rejects.toThrow('Time is manual');
    await run.advance('1 min');
    await expect(run.result()).resolves.toMatchObject({ paymentId: 'paid' });
    expect(run).toHaveRun(PaymentGateway, 'charge', { times: 1 });
    expect(run.invocations.length).toBeGreaterThan(2);
    expect(run.apiCalls.length).toBeGreaterThan(4);
    expect(run.timeline()).toContain('charge card');
  });

  it('comes to the same in fresh invocations, and in other orders of ends', async () => {
    await using test = await shop();
    test.alwaysReplay().shuffled(7);
    await expect((await test.start(OrderFulfilment, 'fulfil', small)).result()).resolves.toMatchObject({
      status: 'shipped',
    });
  });

  it('handles every failure, of the approval too', async () => {
    await using test = await shop();
    const scenario = (fresh: DurableTest) => {
      fresh.get(OutsideWorld).events().length = 0;
      fresh.mockStep(PaymentGateway, 'charge', () => 'paid').answerCallback('approval', { approved: true });
      return fresh.start(OrderFulfilment, 'fulfil', large);
    };
    const { steps } = await test.handlesEveryFailure(scenario, { optional: [stepName(TextMessages, 'tellShipped')] });
    expect(steps).toEqual(expect.arrayContaining(['charge card', 'approval', 'ship']));
  });

  it('goes on with what was recorded, and not with other code', async () => {
    await using test = await shop();
    test.mockStep(PaymentGateway, 'charge', () => 'paid');
    const run = await test.start(OrderFulfilment, 'fulfil', small);
    await run.until({ suspended: true });
    const history = { Events: run.events };
    expect(await test.replay(history)).toMatchObject({ findings: [] });
    const [waited] = run.events.filter(({ EventType }) => EventType === 'WaitStarted');
    const other = run.events.map((event) => (event.Id === waited?.Id ? { ...event, Name: 'patience' } : event));
    const { findings } = await test.replay({ Events: other });
    expect(findings).toMatchObject([{ kind: 'changed', diff: expect.arrayContaining(['- Wait "patience"']) }]);
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
  });

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
