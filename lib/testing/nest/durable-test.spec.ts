import { jest } from '@jest/globals';
import {
  Body,
  Controller,
  Get,
  Header,
  Headers,
  HttpCode,
  Inject,
  Injectable,
  Logger,
  Module,
  Param,
  Post,
  Query,
  Req,
  StreamableFile,
  type Type,
  UploadedFile,
  UseInterceptors,
} from '@nestjs/common';
import { FileInterceptor } from '@nestjs/platform-express';
import { Readable } from 'node:stream';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { DurableClient } from '../../nest/client/durable-client.js';
import { DurableContext } from '../../nest/durable-context.js';
import { Durable } from '../../nest/decorators/durable.decorator.js';
import { Step } from '../../nest/decorators/step.decorator.js';
import { DurableExecutionModule } from '../../nest/durable-execution.module.js';
import { DurableTest } from './durable-test.js';
import { stepName } from './step-method.js';

interface Order {
  id: string;
}

@Injectable()
class Payments {
  readonly #logger = new Logger(Payments.name);

  @Step('charge card')
  async charge(order: Order): Promise<string> {
    this.#logger.log(`charging ${order.id}`);
    return `charged ${order.id}`;
  }

  @Step()
  async refund(_order: Order): Promise<number> {
    return 1;
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
    return this.context.invoke('audit', 'audit-service:live', { answer });
  }

  @Durable('talkative')
  async talkative(): Promise<void> {
    this.context.logger.info('hello', 7);
    await this.context.wait({ seconds: 1 });
  }

  @Durable('hasty')
  async hasty(): Promise<void> {
    await this.context.createCallback('approval');
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

  it('refuses to override a provider one of whose steps is hidden by another decorator', async () => {
    const traced: MethodDecorator = (_target, _key, descriptor) => {
      const method = descriptor.value as (...args: unknown[]) => unknown;
      descriptor.value = function (this: unknown, ...args: unknown[]) {
        return method.apply(this, args);
      } as never;
    };
    class Hidden {
      @traced
      @Step()
      async charge(): Promise<void> {}
    }
    const override = DurableTest.create({ providers: [Hidden] }).overrideProvider(Hidden);
    await expect(override.useValue({ charge: async () => undefined })).rejects.toThrow(
      'Hidden.charge: another decorator above @Step() hides it',
    );
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

  it('completes callbacks that are open already when the test says with what', async () => {
    await using test = await DurableTest.create({ imports: [OrdersModule] });
    const approved = await (await test.start(OrderFulfilment, 'approve')).until({ callback: 'approval' });
    test.mockInvoke('audit-service', (input: unknown) => input).answerCallback('approval', 'late');
    expect(await approved.result()).toEqual({ answer: 'late' });
  });

  it('completes no callback that an ended execution has left open', async () => {
    await using test = await DurableTest.create({ imports: [OrdersModule] });
    await (await test.start(OrderFulfilment, 'hasty')).result();
    test.mockInvoke('audit-service', (input: unknown) => input).answerCallback('approval', 'next');
    expect(await (await test.start(OrderFulfilment, 'approve')).result()).toEqual({ answer: 'next' });
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

  it('keeps what executions log through the logger of Nest, and lets the console be quiet', async () => {
    const write = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
    try {
      await using test = await DurableTest.create({ imports: [OrdersModule] });
      const run = await test.start(OrderFulfilment, 'fulfil', { id: '7' });
      await run.result();
      expect(run.logs).toEqual([{ level: 'INFO', params: ['charging 7', 'Payments'] }]);
      expect(write).not.toHaveBeenCalled();
      await using told = await DurableTest.create({ imports: [OrdersModule] }, { logger: ['log'] });
      await (await told.start(OrderFulfilment, 'fulfil', { id: '7' })).result();
      expect(write.mock.calls.join('\n')).toContain('charging 7');
    } finally {
      write.mockRestore();
    }
  });

  it('stubs a step by its method, with the arguments of the call', async () => {
    await using test = await DurableTest.create({ imports: [OrdersModule] });
    test.mockStep(Payments, 'charge', ({ id }) => `stubbed ${id}`).failStep(Payments, 'charge', new Error('busy'), 2);
    const run = await test.start(OrderFulfilment, 'fulfil', { id: '7' });
    expect(await run.result()).toMatchObject({ payment: 'stubbed 7' });
    const charged: string | undefined = run.step(Payments, 'charge').result;
    expect(charged).toBe('stubbed 7');
    expect(run).toHaveRun(Payments, 'charge', { times: 3 });
    expect(run).toHaveRetried(Payments, 'charge', { times: 2 });
    expect(stepName(Payments, 'charge')).toBe('charge card');
  });

  it('stubs what stands in the place of a provider by the method of the provider', async () => {
    class Fakes extends Payments {
      @Step('charge a fake')
      override async charge(): Promise<string> {
        return 'faked';
      }
    }
    await using test = await DurableTest.create({ imports: [OrdersModule] })
      .overrideProvider(Payments)
      .useClass(Fakes);
    test.mockStep(Payments, 'charge', ({ id }) => `stubbed ${id}`);
    const run = await test.start(OrderFulfilment, 'fulfil', { id: '7' });
    expect(await run.result()).toMatchObject({ payment: 'stubbed 7' });
  });

  it('stalls a step by its method until the function times out, and leaves no timer behind', async () => {
    const before = process.getActiveResourcesInfo().filter((one) => one === 'Timeout').length;
    {
      await using test = await DurableTest.create({ imports: [OrdersModule] });
      test.stallStep(Payments, 'charge');
      const run = await test.start(OrderFulfilment, 'fulfil', { id: '7' });
      expect(await run.outcome()).toMatchObject({ status: 'FAILED', error: { type: 'UnknownOutcomeError' } });
    }
    expect(process.getActiveResourcesInfo().filter((one) => one === 'Timeout')).toHaveLength(before);
  });

  it.each<[string, Type<object>, string, RegExp]>([
    [
      'a method that is none',
      Payments,
      'chrage',
      /Payments\.chrage is no @Step\(\).*charge \("charge card"\), refund\.$/,
    ],
    ['a class without steps', OrderFulfilment, 'fulfil', /The steps of OrderFulfilment: none/],
    [
      'a class of another application',
      class Foreign {},
      'charge',
      /Foreign is not part.*Payments: charge \("charge card"\), refund/,
    ],
  ])('lists the steps there are when %s is stubbed', async (_what, host, method, message) => {
    await using test = await DurableTest.create({ imports: [OrdersModule] });
    expect(() => test.mockStep(host, method as never, undefined as never)).toThrow(message);
    expect(() => test.failStep(host, method as never, new Error())).toThrow(message);
    expect(() => test.stallStep(host, method as never)).toThrow(message);
  });

  it('tells of stubs that were never used, of functions that nobody answers for, and of the error itself', async () => {
    await using test = await DurableTest.create({ imports: [OrdersModule] });
    test.mockStep('charge crad', () => 'stubbed').answerCallback('approval', 'yes');
    const approve = await test.start(OrderFulfilment, 'approve');
    await expect(approve.result()).rejects.toThrow(
      /No function audit-service:live is part of the test: reply for it with mockInvoke\('audit-service:live', reply\)\.\n.*"charge crad"/,
    );
    const broken = new RangeError('no such card');
    test.failStep('charge card', broken, 6);
    const run = await test.start(OrderFulfilment, 'fulfil', { id: '7' });
    const failure = await run.result().catch((error: Error) => error);
    expect((failure as Error).cause).toBe(broken);
  });

  it('says at once why it serves no HTTP', async () => {
    await using test = await DurableTest.create({ imports: [OrdersModule] }, { http: false });
    await expect(test.request('GET', '/orders/ready')).rejects.toThrow(
      'serves no HTTP: it was created with `http: false`',
    );
    await using without = await DurableTest.create({ providers: [Payments] });
    await expect(without.request('GET', '/')).rejects.toThrow('it has no controllers');
  });

  it('refuses options of a request that do not exist, such as headers in their place', async () => {
    await using test = await DurableTest.create({ imports: [OrdersModule] });
    await expect(test.request('GET', '/orders/ready', undefined, { authorization: 'x' } as object)).rejects.toThrow(
      'request() has no option "authorization". Its options are: headers, query.',
    );
  });

  it('refuses a response that comes when no caller waits any more', async () => {
    @Controller('slow')
    class Slow {
      constructor(@Inject(DurableContext) private readonly context: DurableContext) {}
      @Get(':minutes')
      @Durable('slow')
      async wait(@Param('minutes') minutes: string): Promise<string> {
        await this.context.wait({ minutes: Number(minutes) });
        return minutes;
      }
    }
    await using test = await DurableTest.create({ controllers: [Slow] });
    expect(await test.request('GET', '/slow/14')).toMatchObject({ status: 200, text: '14' });
    await expect(test.request('GET', '/slow/16')).rejects.toThrow(/after more than 15 minutes.*DurableClient/);
  });

  it('serves HTTP by the adapter that it is given, and as the application is configured', async () => {
    await using test = await DurableTest.create(
      { imports: [OrdersModule] },
      { adapter: () => new FastifyAdapter() as never },
    ).configure((app) => void app.setGlobalPrefix('api'));
    expect(await test.request('GET', '/api/orders/ready')).toMatchObject({ status: 200, body: { ready: true } });
    expect((await test.request('GET', '/orders/ready')).status).toBe(404);
  });

  it('sends forms, and gives what is no text as bytes', async () => {
    @Controller('files')
    class Files {
      @Post()
      echo(@Body() form: object) {
        return form;
      }

      @Get('picture')
      @Header('content-type', 'image/png')
      picture() {
        return new StreamableFile(Uint8Array.from([0, 255, 1]));
      }

      @Get('broken')
      @Header('content-type', 'application/json')
      broken() {
        return 'no JSON';
      }
    }
    await using test = await DurableTest.create({ controllers: [Files] });
    const form = new URLSearchParams({ a: '1', b: 'ä' });
    expect(await test.request('POST', '/files', form)).toMatchObject({ status: 201, body: { a: '1', b: 'ä' } });
    expect([...(await test.request('GET', '/files/picture')).bytes]).toEqual([0, 255, 1]);
    expect(await test.request('GET', '/files/broken')).toMatchObject({ status: 200, body: 'no JSON' });
  });

  it('sends files, and headers and queries with several values, as fetch() does', async () => {
    @Controller('uploads')
    class Uploads {
      @Post()
      @UseInterceptors(FileInterceptor('file'))
      keep(@UploadedFile() file: { originalname: string; buffer: Buffer }, @Body() { title }: { title: string }) {
        return { name: file.originalname, text: file.buffer.toString(), title };
      }

      @Post('stream')
      written(@Req() request: { rawBody?: Buffer }) {
        return String(request.rawBody);
      }

      @Get()
      list(@Query() query: object, @Headers('x-tag') tag: string) {
        return { query, tag };
      }
    }
    await using test = await DurableTest.create({ controllers: [Uploads] });
    const form = new FormData();
    form.set('title', 'ä');
    form.set('file', new Blob(['a picture']), 'picture.txt');
    expect((await test.request('POST', '/uploads', form)).body).toEqual({
      name: 'picture.txt',
      text: 'a picture',
      title: 'ä',
    });
    const streamed = await test.request(
      'POST',
      '/uploads/stream',
      Readable.from([Buffer.from('a '), Buffer.from('film')]),
    );
    expect(streamed.text).toBe('a film');
    const headers = new globalThis.Headers({ 'x-tag': 'new' });
    const inForms = await test.request('GET', '/uploads', undefined, {
      headers,
      query: new URLSearchParams('a=1&a=2'),
    });
    expect(inForms.body).toEqual({ query: { a: ['1', '2'] }, tag: 'new' });
    const query = { a: ['1', '2'], b: undefined };
    const inObjects = await test.request('GET', '/uploads', undefined, { headers: { 'x-tag': ['a', 'b'] }, query });
    expect(inObjects.body).toEqual({ query: { a: ['1', '2'] }, tag: 'a,b' });
  });

  it('refuses a request without a path, and a body that JSON does not write', async () => {
    await using test = await DurableTest.create({ imports: [OrdersModule] });
    await expect(test.request('POST', undefined as never)).rejects.toThrow("request('POST', '/orders', { id: 7 })");
    await expect(test.request('POST', '/orders', () => 1)).rejects.toThrow('cannot send a function as JSON');
    await expect(test.request('POST', '/orders', Promise.resolve({}))).rejects.toThrow(
      'request() cannot send the body as JSON: it is a promise, which must be awaited first.',
    );
    await expect(test.request('POST', '/orders', { id: Promise.resolve(7) })).rejects.toThrow(
      '"id" in it is a promise',
    );
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

  it('starts nothing once it is closed', async () => {
    const test = await DurableTest.create({ imports: [OrdersModule] });
    const early = test.start(OrderFulfilment, 'fulfil', { id: '7' });
    const closing = test.close();
    await expect(early).rejects.toThrow('The test is closed');
    await closing;
    await expect(test.start(OrderFulfilment, 'fulfil', { id: '7' })).rejects.toThrow('The test is closed');
    await expect(test.get(DurableClient).for(OrderFulfilment, 'fulfil').run({ id: '7' })).rejects.toThrow(
      'The test is closed',
    );
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
