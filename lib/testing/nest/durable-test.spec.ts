import { Body, Controller, Get, HttpCode, Inject, Injectable, Module, Post } from '@nestjs/common';
import { DurableClient } from '../../nest/client/durable-client.js';
import { DurableContext } from '../../nest/durable-context.js';
import { Durable } from '../../nest/decorators/durable.decorator.js';
import { Step } from '../../nest/decorators/step.decorator.js';
import { DurableExecutionModule } from '../../nest/durable-execution.module.js';
import { DurableTest } from './durable-test.js';

interface Order {
  id: string;
}

@Injectable()
class Payments {
  @Step('charge card')
  async charge(order: Order): Promise<string> {
    return `charged ${order.id}`;
  }
}

@Injectable()
class OrderFulfilment {
  constructor(
    @Inject(Payments) private readonly payments: Payments,
    @Inject(DurableContext) private readonly context: DurableContext,
  ) {}

  @Durable('fulfil-order')
  async fulfil(order: Order) {
    const payment = await this.payments.charge(order);
    await this.context.wait('cooling-off', { days: 14 });
    return { payment, trackingNumber: `T${order.id}` };
  }

  @Durable('approve')
  async approve(): Promise<string> {
    const answer = await this.context.waitForCallback('approval', async () => undefined, {
      timeout: { days: 3 },
    });
    return this.context.invoke('audit', 'audit-service', { answer });
  }

  @Durable('talkative')
  async talkative(): Promise<void> {
    this.context.logger.info('hello', 7);
    await this.context.wait({ seconds: 1 });
  }

  @Durable('careless')
  async careless(): Promise<number> {
    const at = Date.now();
    await this.context.step('use it', async () => at);
    return 1;
  }
}

@Controller('orders')
class OrdersController {
  constructor(@Inject(DurableClient) private readonly client: DurableClient) {}

  @Post()
  @HttpCode(202)
  async place(@Body() order: Order) {
    const { executionArn } = await this.client.for(OrderFulfilment, 'fulfil').start(order);
    return { executionArn };
  }

  @Get('ready')
  @Durable('ready')
  async ready() {
    return { ready: true };
  }
}

@Module({ providers: [Payments, OrderFulfilment], controllers: [OrdersController] })
class OrdersModule {}

describe('DurableTest', () => {
  it('ships once, after fourteen days', async () => {
    await using test = await DurableTest.create({ imports: [OrdersModule] });
    const run = await test.start(OrderFulfilment, 'fulfil', { id: '7' });
    expect(await run.result()).toEqual({ payment: 'charged 7', trackingNumber: 'T7' });
    expect(run.step('charge card')).toMatchObject({ ran: 1, attempts: 1 });
    expect(run.operations.map(({ name }) => name)).toEqual(['charge card', 'cooling-off']);
  });

  it('takes the module that the application configures itself', async () => {
    await using test = await DurableTest.create({
      imports: [DurableExecutionModule.forRoot({ engine: { stepStartHoldMs: 10 } }), OrdersModule],
    });
    await expect((await test.start(OrderFulfilment, 'fulfil', { id: '7' })).result()).resolves.toBeDefined();
  });

  it('keeps the steps of a provider that is overridden', async () => {
    const charge = async ({ id }: Order) => `faked ${id}`;
    await using test = await DurableTest.create({ imports: [OrdersModule] })
      .overrideProvider(Payments)
      .useValue({ charge });
    const run = await test.start(OrderFulfilment, 'fulfil', { id: '8' });
    expect(await run.result()).toMatchObject({ payment: 'faked 8' });
    expect(run.step('charge card').result).toBe('faked 8');
  });

  it.each([
    [
      'a class',
      (builder: ReturnType<typeof DurableTest.create>) =>
        builder.overrideProvider(Payments).useClass(
          class {
            charge = undefined;
            async other() {}
          },
        ),
    ],
  ])('says when %s in the place of a provider lacks the method', async (_what, override) => {
    await using test = await override(DurableTest.create({ imports: [OrdersModule] }));
    const run = await test.start(OrderFulfilment, 'fulfil', { id: '8' });
    await expect(run.result()).rejects.toThrow('charge is not a function');
  });

  it('stubs steps, callbacks and invokes', async () => {
    await using test = await DurableTest.create({ imports: [OrdersModule] });
    test.mockStep('charge card', () => 'stubbed').answerCallback('approval', 'yes');
    test.mockInvoke('audit-service', (input: unknown) => ({ audited: input }));
    const fulfilled = await test.start(OrderFulfilment, 'fulfil', { id: '9' });
    expect(await fulfilled.result()).toMatchObject({ payment: 'stubbed' });
    const approved = await test.start(OrderFulfilment, 'approve');
    expect(await approved.result()).toEqual({ audited: { answer: 'yes' } });
  });

  it('does the same over HTTP, where an AWS client finds the service too', async () => {
    await using test = await DurableTest.create({ imports: [OrdersModule] }, { over: 'http' });
    test.answerCallback('approval', 'yes').mockInvoke('audit-service', () => 'audited');
    const run = await test.start(OrderFulfilment, 'fulfil', { id: '7' });
    expect(await run.result()).toEqual({ payment: 'charged 7', trackingNumber: 'T7' });
    expect(await (await test.start(OrderFulfilment, 'approve')).result()).toBe('audited');
    const path = `/2025-12-01/durable-executions/${encodeURIComponent(run.executionArn)}`;
    const response = await fetch(`${test.endpoint}${path}`);
    expect(await response.json()).toMatchObject({ Status: 'SUCCEEDED' });
    await test.survivesEveryCrash((fresh) => fresh.start(OrderFulfilment, 'fulfil', { id: '7' }));
  });

  it('keeps what an application logs in its executions', async () => {
    await using test = await DurableTest.create({ imports: [OrdersModule] });
    const run = await test.start(OrderFulfilment, 'talkative');
    await run.result();
    expect(run.logs).toContainEqual({ level: 'INFO', params: ['hello', 7] });
  });

  it('runs routes, and what they start', async () => {
    await using test = await DurableTest.create({ imports: [OrdersModule] });
    const response = await test.request('POST', '/orders', { id: '10' });
    expect(response).toMatchObject({ status: 202, body: { executionArn: expect.any(String) } });
    const started = test.runs.find(
      ({ executionArn }) => executionArn === (response.body as { executionArn: string }).executionArn,
    );
    expect(await started!.result()).toMatchObject({ trackingNumber: 'T10' });
    expect(await test.request('GET', '/orders/ready')).toMatchObject({ status: 200, body: { ready: true } });
  });

  it('survives every crash', async () => {
    await using test = await DurableTest.create({ imports: [OrdersModule] });
    const report = await test.survivesEveryCrash((fresh) => fresh.start(OrderFulfilment, 'fulfil', { id: '7' }));
    expect(report.checkpoints).toBeGreaterThanOrEqual(3);
  });

  it('fails where orchestration code reads the clock, with file and line', async () => {
    await using test = await DurableTest.create({ imports: [OrdersModule] });
    const run = await test.start(OrderFulfilment, 'careless');
    await expect(run.result()).rejects.toThrow(
      /Date\.now\(\) is called outside of a step, at .*durable-test\.spec\.ts:\d+/,
    );
  });

  it('lets ten durable tests run side by side', async () => {
    const results = await Promise.all(
      Array.from({ length: 10 }, async (_, index) => {
        await using test = await DurableTest.create({ imports: [OrdersModule] });
        const run = await test.start(OrderFulfilment, 'fulfil', { id: `${index}` });
        return await run.result();
      }),
    );
    expect(results.map(({ trackingNumber }) => trackingNumber)).toEqual(results.map((_, index) => `T${index}`));
  });

  it('tells whoever still waits for an execution that the test was closed', async () => {
    const test = await DurableTest.create({ imports: [OrdersModule] });
    test.stallStep('charge card');
    const run = await test.start(OrderFulfilment, 'fulfil', { id: '7' });
    await run.until({ step: 'charge card' });
    const result = run.result();
    await test.close();
    await expect(result).rejects.toThrow('The test was closed');
  });
});
