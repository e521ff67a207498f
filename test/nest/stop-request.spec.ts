import { Body, Controller, Inject, Injectable, Post } from '@nestjs/common';
import {
  Compensate,
  Durable,
  DurableClient,
  DurableContext,
  DurableExecutionModule,
  NothingListensError,
  Step,
} from 'nestjs-durable-execution';
import { retryPresets } from 'nestjs-durable-execution/engine';
import { DurableTest } from 'nestjs-durable-execution/testing';
import { quietLogger } from '../fixtures/quiet-logger.js';

const once = { retryStrategy: retryPresets.noRetry };

/** What happened outside, in order. */
const world: string[] = [];
let refusals: string[] = [];
const happens = (what: string): void => {
  if (refusals.includes(what)) throw new RangeError(`${what}: refused`);
  world.push(what);
};

@Injectable()
class Shop {
  @Step('reserve stock')
  async reserve(id: string): Promise<string> {
    happens(`reserved for ${id}`);
    return `shelf of ${id}`;
  }

  @Compensate('reserve stock', {
    retryStrategy: (_error, attempt) => ({ shouldRetry: attempt < 3, delay: { days: 1 } }),
  })
  async release(shelf: string | undefined): Promise<void> {
    happens(`released ${shelf}`);
  }

  @Step({ name: 'charge card', ...once })
  async charge(): Promise<string> {
    happens('charged');
    return 'payment';
  }

  @Compensate('charge card', once)
  async refund(payment: string | undefined): Promise<void> {
    happens(`refunded ${payment}`);
  }
}

@Injectable()
class Orders {
  constructor(
    @Inject(Shop) private readonly shop: Shop,
    @Inject(DurableContext) private readonly context: DurableContext,
  ) {}

  @Durable('fulfil', { stoppable: true })
  async fulfil(id: string): Promise<string> {
    await this.shop.reserve(id);
    await this.context.saga(async (saga) => {
      await saga.step(
        'book a van',
        async () => happens('booked'),
        () => happens('cancelled the van'),
        once,
      );
      await this.shop.charge();
      await this.context.wait('until Monday', { days: 3 });
    });
    await this.context.step('ship', async () => happens('shipped'), once);
    return 'fulfilled';
  }

  @Durable('side by side', { stoppable: true })
  async sideBySide(id: string): Promise<string> {
    await Promise.all([
      this.shop.reserve(id).then(() => this.context.step('after the stock', async () => happens('after'))),
      this.context.wait('a while', { hours: 1 }).then(() => this.shop.charge()),
    ]);
    await this.context.wait('approval', { days: 1 });
    return 'approved';
  }

  @Durable('by hand')
  async byHand(id: string): Promise<string> {
    const { shop, context } = this;
    const stop = context.stopRequested().then(({ message }) => `stopped: ${message}`);
    await shop.reserve(id);
    const first = await Promise.race([context.wait('a week', { days: 7 }).then(() => 'in time'), stop]);
    await context.step('tell', async () => happens(`told ${first}`), once);
    return first;
  }

  @Durable('deaf')
  async deaf(id: string): Promise<string> {
    await this.shop.reserve(id);
    await this.context.wait('a week', { days: 7 });
    return 'done';
  }

  @Durable('plain code', { stoppable: true })
  async plainCode(): Promise<string> {
    await new Promise((resolve) => setTimeout(resolve, 60));
    return 'not suspended';
  }
}

@Controller('orders')
class OrderRoutes {
  constructor(@Inject(Orders) private readonly orders: Orders) {}

  @Post()
  @Durable('by route', { stoppable: true })
  async place(@Body() { id }: { id: string }): Promise<string> {
    return this.orders.fulfil.call(this.orders, id);
  }
}

const open = (options: { determinism?: 'off' } = {}) =>
  DurableTest.create(
    {
      controllers: [OrderRoutes],
      providers: [Shop, Orders],
      imports: [DurableExecutionModule.forRoot({ engine: { logger: quietLogger } })],
    },
    options,
  );

beforeEach(() => {
  world.length = 0;
  refusals = [];
});

describe('stop({ compensate: true }) of a stoppable method', () => {
  it('leaves the method where it stands, and undoes its steps and the sagas in it, the last step first', async () => {
    await using test = await open();
    const run = await test.start(Orders, 'fulfil', '7');
    await run.until({ suspended: true });
    await run.stop({ compensate: true, message: 'The customer has cancelled.' });
    expect(world).toEqual([
      'reserved for 7',
      'booked',
      'charged',
      'cancelled the van',
      'refunded payment',
      'released shelf of 7',
    ]);
    expect(run.status).toBe('FAILED');
    expect(run.failure).toMatchObject({
      type: 'StopRequestedError',
      message: 'The execution was asked to stop: The customer has cancelled.',
    });
    expect(run.operations.map(({ name }) => name)).not.toContain('ship');
  });

  it('does nothing to an execution that is never asked, and shifts none of its operations', async () => {
    await using test = await open();
    const run = await test.start(Orders, 'fulfil', '7');
    await expect(run.result()).resolves.toBe('fulfilled');
    expect(run.operations.filter(({ name }) => name === 'stop request')).toHaveLength(1);
    expect(run.operation('reserve stock').id).toBe('c4ca4238a0b92382');
  });

  it('tells of an undo that has failed, and retries one that may work later', async () => {
    refusals = ['refunded payment', 'released shelf of 7'];
    await using test = await open();
    const run = await test.start(Orders, 'fulfil', '7');
    await run.until({ suspended: true });
    await run.stop({ compensate: true, graceSeconds: 10 * 86_400 });
    expect(run.operation('undo reserve stock').attempts).toBe(3);
    expect(run.failure).toMatchObject({
      type: 'StopRequestedError',
      message: expect.stringContaining('Then not everything could be undone: "charge card" (RangeError'),
    });
  });

  it('stops the execution when the time of grace is over', async () => {
    refusals = ['released shelf of 7'];
    await using test = await open();
    const run = await test.start(Orders, 'fulfil', '7');
    await run.until({ suspended: true });
    await run.stop({ compensate: true });
    expect(run.status).toBe('STOPPED');
    expect(world).toEqual(['reserved for 7', 'booked', 'charged', 'cancelled the van', 'refunded payment']);
  });

  it('hears it with the end of what runs, waits for that, and begins nothing more', async () => {
    await using test = await open();
    const run = await test.start(Orders, 'sideBySide', '7');
    await run.until({ step: 'charge card' });
    await run.stop({ compensate: true });
    expect(world).toEqual(['reserved for 7', 'after', 'charged', 'refunded payment', 'released shelf of 7']);
    expect(run.operations.map(({ name }) => name)).not.toContain('approval');
  });

  it('takes the path of the first run when the process dies at any checkpoint', async () => {
    await using test = await open();
    for (const [method, point] of [
      ['fulfil', { step: 'until Monday' }],
      ['sideBySide', { step: 'approval' }],
      ['sideBySide', { step: 'charge card' }],
    ] as const) {
      const report = await test.survivesEveryCrash(async (fresh) => {
        const run = await fresh.start(Orders, method, '7');
        await run.until(point);
        return run.stop({ compensate: true });
      });
      expect(report.runs).toBeGreaterThan(8);
    }
  });

  it('leaves a method alone that runs code of its own', async () => {
    await using test = await open({ determinism: 'off' });
    await expect((await test.start(Orders, 'plainCode')).result()).resolves.toBe('not suspended');
  });
});

describe('stop({ compensate: true }) of a route', () => {
  it('undoes what it has done', async () => {
    await using test = await open();
    const run = await test.startWith({
      version: '2.0',
      rawPath: '/orders',
      headers: { host: 'orders.test', 'content-type': 'application/json' },
      requestContext: { http: { method: 'POST', path: '/orders' } },
      body: '{"id":"7"}',
    });
    await run.until({ suspended: true });
    await run.stop({ compensate: true });
    expect(world.at(-1)).toBe('released shelf of 7');
    expect(run.failure?.type).toBe('StopRequestedError');
  });
});

describe('context.stopRequested()', () => {
  it('can be raced, and is the same on replay', async () => {
    await using test = await open();
    const run = await test.start(Orders, 'byHand', '7');
    await run.until({ suspended: true });
    await run.stop({ compensate: true, message: 'enough' });
    expect(run).toMatchObject({ status: 'SUCCEEDED' });
    expect(world).toEqual(['reserved for 7', 'told stopped: enough']);
  });

  it('loses a race against what ends before', async () => {
    await using test = await open();
    await expect((await test.start(Orders, 'byHand', '7')).result()).resolves.toBe('in time');
  });
});

describe('An execution that does not listen', () => {
  it('is told, and goes on', async () => {
    await using test = await open();
    const run = await test.start(Orders, 'deaf', '7');
    await run.until({ suspended: true });
    await expect(run.stop({ compensate: true })).rejects.toThrow('listens to no request to stop, so nothing was done');
    expect(run.status).toBe('RUNNING');
    const execution = test.app.get(DurableClient).execution(run.executionArn);
    await expect(execution.stop({ compensate: true })).rejects.toThrow(NothingListensError);
    await expect(run.result()).resolves.toBe('done');
  });
});

describe('stop({ compensate: true }) of a client', () => {
  it('asks, waits, and tells how the execution has ended; asking again changes nothing', async () => {
    await using test = await open();
    const run = await test.start(Orders, 'fulfil', '7');
    await run.until({ suspended: true });
    const execution = test.app.get(DurableClient).execution(run.executionArn);
    const [first] = await Promise.all([
      execution.stop({ compensate: true, type: 'Cancelled', data: '{"by":"customer"}' }),
      run.outcome(),
    ]);
    expect(first).toMatchObject({
      status: 'FAILED',
      error: {
        type: 'StopRequestedError',
        message: 'The execution was asked to stop: Cancelled',
        data: '{"by":"customer"}',
      },
    });
    expect(first.endedAt).toBeInstanceOf(Date);
    await expect(execution.stop({ compensate: true })).resolves.toEqual(first);
    expect(world.filter((what) => what === 'refunded payment')).toHaveLength(1);
  });
});
