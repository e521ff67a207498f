import {
  type CallHandler,
  Controller,
  type ExecutionContext,
  GatewayTimeoutException,
  Inject,
  Injectable,
  type NestInterceptor,
  Post,
  type Type,
  UseInterceptors,
} from '@nestjs/common';
import {
  ChildContext,
  Compensate,
  CurrentStep,
  Durable,
  DurableContext,
  DurableError,
  DurableExecutionModule,
  Step,
} from 'nestjs-durable-execution';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { ExecutionError, InvocationError, retryPresets } from 'nestjs-durable-execution/engine';
import { DurableTest } from 'nestjs-durable-execution/testing';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  catchError,
  concatAll,
  defer,
  forkJoin,
  map,
  merge,
  type Observable,
  of,
  race,
  retry,
  Subject,
  take,
} from 'rxjs';
import { apiGatewayV2 } from '../fixtures/http-events.js';
import { quietLogger } from '../fixtures/quiet-logger.js';

const once = { retryStrategy: retryPresets.noRetry };

/** What happened outside, in order. */
const world: string[] = [];
let failures: Record<string, () => unknown> = {};
const happens = (what: string): void => {
  const failure = failures[what];
  if (failure) throw failure();
  world.push(what);
};

/** Emits when a slow undo begins. */
const impatience = new Subject<string>();

@DurableError('BankLost')
class BankLost extends Error {}

@Injectable()
class Shop {
  constructor(@Inject(CurrentStep) private readonly current: CurrentStep) {}

  @Step({ name: 'reserve stock', irreversible: true })
  async reserve(order: { id: string }): Promise<{ shelf: string }> {
    happens(`reserved for ${order.id}`);
    return { shelf: 'B7' };
  }

  @Compensate('reserve stock', { retryStrategy: (_error, attempt) => ({ shouldRetry: attempt < 3 }) })
  async release(stock: { shelf: string } | undefined, order: { id: string }): Promise<void> {
    if (this.current.attempt === 1 && failures.flaky) throw failures.flaky();
    happens(`released ${stock?.shelf} of ${order.id}`);
  }

  @Step('reserve with a slow undo')
  async reserveSlowly(order: { id: string }): Promise<void> {
    happens(`reserved for ${order.id}`);
  }

  @Compensate('reserve with a slow undo')
  async releaseSlowly(): Promise<void> {
    impatience.next('impatient');
    await sleep(5);
    happens('released slowly');
  }

  @Step({ name: 'charge card', ...once })
  async charge(order: { id: string }): Promise<string> {
    happens('charged');
    return `payment of ${order.id}`;
  }

  @Compensate('charge card', once)
  async refund(payment: string | undefined): Promise<void> {
    happens(`refunded ${payment}`);
  }

  @Step({ name: 'insure', retryStrategy: (_error, attempt) => ({ shouldRetry: attempt < 2, delay: { hours: 1 } }) })
  async insure(): Promise<void> {
    if (this.current.attempt === 1) throw new Error('busy');
    happens('insured');
  }

  @Compensate('insure')
  async cancelInsurance(): Promise<void> {
    happens('insurance cancelled');
  }

  @Step({ name: 'ship', ...once })
  async ship(): Promise<void> {
    happens('shipped');
  }

  @ChildContext('grouped')
  async grouped(order: { id: string }): Promise<void> {
    await this.reserve(order);
  }
}

@Injectable()
class Failing implements NestInterceptor {
  intercept(_: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(
      map(() => Promise.reject(new RangeError('no view'))),
      concatAll(),
    );
  }
}

const fails = (): never => {
  throw new Error('too slow');
};

const endsExecution = (): never => {
  throw new ExecutionError('fraud');
};

/** Around a method that undoes its steps. */
const around = (make: (running: Observable<unknown>, next: CallHandler) => Observable<unknown>) =>
  UseInterceptors({ intercept: (_: ExecutionContext, next: CallHandler) => make(next.handle(), next) });

@Injectable()
class Orders {
  constructor(
    @Inject(Shop) private readonly shop: Shop,
    @Inject(DurableContext) private readonly context: DurableContext,
  ) {}

  @Durable('fulfil', { errors: [{ name: 'LedgerBusy', decide: 'retry-invocation' }] })
  async fulfil(order: { id: string }): Promise<string> {
    await this.shop.reserve(order);
    await this.shop.charge(order);
    await this.context.wait('a day', { days: 1 });
    await this.shop.ship();
    happens('answered');
    return 'fulfilled';
  }

  @around((running) => running.pipe(retry(1)))
  @Durable('with a retry around it')
  async calledAgain(order: { id: string }): Promise<void> {
    await this.shop.reserve(order);
    await this.shop.ship();
  }

  @Durable('with a result that cannot be saved')
  async unsavable(order: { id: string }): Promise<unknown> {
    await this.shop.reserve(order);
    return { cents: 1n };
  }

  @UseInterceptors(Failing)
  @Durable('with an interceptor that fails')
  async intercepted(order: { id: string }): Promise<void> {
    await this.shop.reserve(order);
    await this.context.wait('a day', { days: 1 });
  }

  @around((running) => merge(running, impatience.pipe(map(fails))))
  @Durable('with a timeout')
  timedOut(order: { id: string }): Promise<void> {
    return this.failSlowlyUndone(order);
  }

  @around((running) => race(running, impatience.pipe(take(1))))
  @Durable('with another value')
  replaced(order: { id: string }): Promise<void> {
    return this.failSlowlyUndone(order);
  }

  @around((running, next) => forkJoin([running, next.handle()]))
  @Durable('twice at once')
  twice(order: { id: string }): Promise<void> {
    return this.failSlowlyUndone(order);
  }

  @around((running) => merge(running, impatience.pipe(map(fails))))
  @Durable('stopped with a timeout', { stoppable: true })
  async stopped(order: { id: string }): Promise<void> {
    await this.shop.reserveSlowly(order);
    await this.context.wait('a day', { days: 1 });
  }

  // Of two interceptors the lower one is the outer one.
  @around((running) => running.pipe(map(endsExecution)))
  @around((running) => running.pipe(catchError(() => of('swallowed'))))
  @Durable('with an interceptor that ends it')
  ended(order: { id: string }): Promise<void> {
    return this.shop.reserveSlowly(order);
  }

  @around((running) => running.pipe(map(endsExecution)))
  @Durable('with an interceptor that ends it on another day')
  async endedLater(order: { id: string }): Promise<void> {
    await this.shop.reserve(order);
    await this.context.wait('a day', { days: 1 });
  }

  @around((running) => running.pipe(map(endsExecution)))
  @around((running) => running.pipe(retry(2)))
  @Durable('with an interceptor that repeats what has ended it')
  repeated(order: { id: string }): Promise<void> {
    return this.context.step('pack', async () => happens('packed')).then(() => this.shop.reserveSlowly(order));
  }

  @around((running) => merge(running, impatience.pipe(map(fails))))
  @Durable('with a timeout before the undos')
  async timedOutBefore(order: { id: string }): Promise<void> {
    await this.shop.reserveSlowly(order);
    const others = [this.shop.insure(), this.context.step('hurry', async () => (await sleep(50), impatience.next('')))];
    await Promise.all([this.context.step('ship', () => Promise.reject(new RangeError('no van')), once), ...others]);
  }

  @around((running) => merge(running, impatience.pipe(map(fails))))
  @Durable('with a timeout beside a saga')
  timedOutBeside(): Promise<void> {
    return this.context.saga(async (saga) => {
      const cancel = async () => (impatience.next('impatient'), await sleep(5), happens('cancelled slowly'));
      await saga.step('book', async () => happens('booked'), cancel);
      throw new RangeError('no van');
    });
  }

  @Durable('with a saga beside')
  async beside(order: { id: string }): Promise<void> {
    const trip = this.context.runInChildContext('trip', (child) =>
      child.saga(async (saga) => {
        await saga.step(
          'book',
          async () => happens('booked'),
          () => happens('cancelled'),
        );
        await child.wait('until the day', { days: 30 });
      }),
    );
    await Promise.all([trip, this.fulfil(order)]);
  }

  private async failSlowlyUndone(order: { id: string }): Promise<void> {
    await this.shop.reserveSlowly(order);
    throw new RangeError('no van');
  }

  @Durable('as a stream')
  stream(order: { id: string }): Observable<void> {
    return defer(() => this.shop.reserve(order)).pipe(map(() => happens('streamed')));
  }

  @Durable('as a promise of a stream')
  async promised(order: { id: string }): Promise<Observable<void>> {
    return this.stream(order);
  }

  @Durable('without awaiting')
  unawaited(order: { id: string }): Promise<void> {
    void this.shop.reserve(order);
    happens('streamed');
    return Promise.resolve();
  }

  @Durable('as an operation')
  operation(order: { id: string }): PromiseLike<void> {
    void this.shop.reserve(order);
    return this.context.step('last', async () => happens('streamed'), once);
  }

  @Durable('as an object with then()')
  thenable(order: { id: string }): unknown {
    const shipped = async () => {
      await this.shop.reserve(order);
      happens('streamed');
    };
    return { then: (resolve: () => void, reject: () => void) => void shipped().then(resolve, reject) };
  }

  @Durable('side by side')
  async sideBySide(order: { id: string }): Promise<void> {
    const both = [this.shop.charge(order), this.shop.reserve(order)];
    for (const step of both) await step;
  }

  @Durable('in a group')
  async inGroup(order: { id: string }): Promise<void> {
    await this.shop.grouped(order);
  }

  @Durable('by hand')
  async byHand(order: { id: string }): Promise<unknown> {
    return this.context.saga(async (saga) => {
      const rooms = ['a', 'b'].map((room) =>
        saga.step(
          `book ${room}`,
          async () => (happens(`booked ${room}`), room),
          (booked) => happens(`cancelled ${booked}`),
          once,
        ),
      );
      saga.onFailure('tell', () => happens(`told ${order.id}`));
      await Promise.all(rooms);
      await this.context.step('last', async () => happens('ended'), once);
      return 'booked';
    });
  }
}

@Controller('orders')
class OrderRoute {
  constructor(
    @Inject(Shop) private readonly shop: Shop,
    @Inject(DurableContext) private readonly context: DurableContext,
  ) {}

  @Post()
  @Durable('unwritable')
  async unwritable(): Promise<unknown> {
    await this.shop.reserve({ id: '7' });
    await this.context.wait('a day', { days: 1 });
    return { cents: 1n };
  }
}

const open = (
  providers: unknown[] = [Shop, Orders],
  controllers: Type[] = [],
  options: Parameters<typeof DurableTest.create>[1] = {},
) =>
  DurableTest.create(
    {
      controllers,
      providers: providers as never,
      imports: [DurableExecutionModule.forRoot({ engine: { logger: quietLogger } })],
    },
    options,
  );

type Method =
  | 'fulfil'
  | 'calledAgain'
  | 'sideBySide'
  | 'stream'
  | 'promised'
  | 'unawaited'
  | 'operation'
  | 'thenable'
  | 'inGroup'
  | 'byHand'
  | 'unsavable'
  | 'intercepted'
  | 'ended'
  | 'endedLater'
  | 'timedOut'
  | 'replaced'
  | 'repeated'
  | 'timedOutBefore'
  | 'timedOutBeside'
  | 'beside'
  | 'twice';

async function outcomeOf(method: Method) {
  await using test = await open();
  const run = await test.start(Orders, method, { id: '7' });
  return { ...(await run.outcome()), run, names: run.operations.map(({ name }) => name) };
}

beforeEach(() => {
  world.length = 0;
  failures = {};
});

describe('@Compensate()', () => {
  it('undoes the steps that have ended, the last one first, when the method fails', async () => {
    failures.shipped = () => new RangeError('no van');
    const { status, error, names } = await outcomeOf('fulfil');
    expect(world).toEqual(['reserved for 7', 'charged', 'refunded payment of 7', 'released B7 of 7']);
    expect({ status, error }).toMatchObject({ status: 'FAILED', error: { message: 'no van' } });
    expect(names.slice(-3)).toEqual(['compensation', 'undo charge card', 'undo reserve stock']);
  });

  it.each(['stream', 'promised', 'unawaited', 'operation', 'thenable'] as const)(
    'undoes whatever the method returns, and however it fails: %s',
    async (method) => {
      failures['streamed'] = () => new RangeError('no van');
      const { status, error } = await outcomeOf(method);
      expect(world).toEqual(['reserved for 7', 'released B7 of 7']);
      expect({ status, error }).toMatchObject({ status: 'FAILED', error: { message: 'no van' } });
    },
  );

  it.each([
    ['unsavable', 'UnsavableValueError'],
    ['intercepted', 'RangeError'],
  ] as const)('undoes what fails after the method: %s', async (method, type) => {
    // The undo is retried in a later invocation.
    failures.flaky = () => new Error('busy');
    const { status, error } = await outcomeOf(method);
    expect(world).toEqual(['reserved for 7', 'released B7 of 7']);
    expect({ status, error }).toMatchObject({ status: 'FAILED', error: { type } });
  });

  it.each([
    { day: 'same', fails: 'charged', between: [] },
    { day: 'next', fails: 'shipped', between: ['charged', 'refunded payment of 7'] },
  ])('undoes a step that overrides one with an undo, on the $day day', async ({ fails, between }) => {
    class PartnerShop extends Shop {
      @Step({ name: 'reserve stock', irreversible: true })
      override async reserve(order: { id: string }): Promise<{ shelf: string }> {
        happens(`asked a partner for ${order.id}`);
        return { shelf: 'P1' };
      }
    }
    failures[fails] = () => Object.assign(new Error('refused'), { status: 422 });
    await using test = await open([{ provide: Shop, useClass: PartnerShop }, Orders]);
    await (await test.start(Orders, 'fulfil', { id: '7' })).outcome();
    expect(world).toEqual(['asked a partner for 7', ...between, 'released P1 of 7']);
  });

  it('names the first failure where an interceptor calls the method again, whose steps do not start any more', async () => {
    failures = { shipped: () => new RangeError('no van'), flaky: () => new Error('try again') };
    const { status, error, run } = await outcomeOf('calledAgain');
    expect([status, run.invocations.length]).toEqual(['FAILED', 2]);
    expect(error?.message).toMatch(/^"reserve stock" has not started, .* after this failure: .*no van\.$/);
    expect(world).toEqual(['reserved for 7', 'released B7 of 7']);
  });

  it('undoes nothing of a method that succeeds, and nothing that has not happened', async () => {
    await outcomeOf('fulfil');
    expect(world.at(-1)).toBe('answered');
    failures['charged'] = () => Object.assign(new Error('refused'), { status: 422 });
    world.length = 0;
    await outcomeOf('fulfil');
    expect(world).toEqual(['reserved for 7', 'released B7 of 7']);
  });

  it('fails with the first failure, whatever steps fail that are not awaited any more', async () => {
    failures.charged = () => new RangeError('no money');
    failures['reserved for 7'] = () => Object.assign(new Error('no stock'), { status: 422 });
    // A rejection that nobody handles would fail this test, and end the process of a function.
    await expect(outcomeOf('sideBySide')).resolves.toMatchObject({ error: { message: 'no money' } });
  });

  const reset = () => Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });

  it.each([
    ['an UnknownOutcomeError', reset],
    ['an HttpException', () => new GatewayTimeoutException('the bank does not respond')],
    ['a registered class', () => new BankLost('no response', { cause: reset() })],
  ])('undoes a step that may have taken effect and fails with %s', async (_, failure) => {
    failures['charged'] = failure;
    const { status } = await outcomeOf('fulfil');
    expect(status).toBe('FAILED');
    expect(world).toEqual(['reserved for 7', 'refunded undefined', 'released B7 of 7']);
  });

  it('waits for its own retries, and tells of an undo that has failed without hiding the first failure', async () => {
    failures = {
      shipped: () => new RangeError('no van'),
      flaky: () => new Error('try again'),
      'refunded payment of 7': () => new TypeError('no such payment'),
    };
    const { error, run } = await outcomeOf('fulfil');
    expect(world).toEqual(['reserved for 7', 'charged', 'released B7 of 7']);
    expect(run.operation('undo reserve stock').attempts).toBe(2);
    expect(error).toMatchObject({
      type: 'StepError',
      message: expect.stringMatching(
        /^no van\. Then not everything could be undone: "charge card" \(TypeError: no such payment\)/,
      ),
    });
    expect(JSON.parse(error!.data!)).toEqual([
      { step: 'charge card', errorType: 'TypeError', message: 'no such payment' },
    ]);
  });

  it('is not for what only ends the invocation', async () => {
    let times = 0;
    failures.answered = () => {
      times += 1;
      if (times === 3) failures = {};
      return times === 1 ? new InvocationError('again') : Object.assign(new Error('busy'), { name: 'LedgerBusy' });
    };
    await expect(outcomeOf('fulfil')).resolves.toMatchObject({ status: 'SUCCEEDED' });
    expect(world.filter((what) => what.startsWith('released'))).toEqual([]);
  });

  it.each([
    ['fulfil', 10],
    ['unsavable', 5],
    ['endedLater', 5],
  ] as const)(
    'goes on where it was when the process dies at any checkpoint, before and after the failure: %s',
    async (method, leastRuns) => {
      await using test = await open();
      failures.shipped = () => new RangeError('no van');
      const report = await test.survivesEveryCrash((fresh) => fresh.start(Orders, method, { id: '7' }));
      expect(report.runs).toBeGreaterThan(leastRuns);
    },
  );

  it.each([
    ['timedOut', 'no van', 1],
    ['twice', 'no van', 2],
    ['replaced', undefined, 1],
    ['ended', 'fraud', 1],
  ] as const)(
    'is finished before the execution ends, also if an interceptor ends earlier: %s',
    async (method, why, calls) => {
      const { error, names } = await outcomeOf(method);
      expect(error?.message).toBe(why);
      expect(world.filter((what) => what === 'released slowly')).toHaveLength(calls);
      expect(names.filter((name) => name === 'undo reserve with a slow undo')).toHaveLength(calls);
    },
  );

  it('goes on in another invocation, also if an interceptor has ended the execution', async () => {
    failures.flaky = () => new Error('try again');
    const { error, run } = await outcomeOf('endedLater');
    expect(error?.message).toBe('fraud');
    expect(run.operation('undo reserve stock').attempts).toBe(2);
    expect(run.invocations).toHaveLength(3);
    expect(world).toEqual(['reserved for 7', 'released B7 of 7']);
  });

  it.each([
    ['Express', {}],
    ['Fastify', { adapter: () => new FastifyAdapter() as never }],
  ])('goes on in another invocation, also for a result that %s cannot write', async (_platform, options) => {
    failures.flaky = () => new Error('try again');
    await using test = await open([Shop], [OrderRoute], options);
    const run = await test.startWith(apiGatewayV2({ method: 'POST', path: '/orders' }));
    expect((await run.outcome()).error?.message).toContain('BigInt');
    expect(run.operation('undo reserve stock').attempts).toBe(2);
    expect(run.invocations).toHaveLength(3);
    expect(world).toEqual(['reserved for 7', 'released B7 of 7']);
  });

  it('suspends while a step is retried whose end it awaits, also if an interceptor ends earlier', async () => {
    const { error, run } = await outcomeOf('timedOutBefore');
    expect(error?.message).toBe('no van');
    expect(run.invocations).toHaveLength(2);
    expect(world).toEqual(['reserved for 7', 'insured', 'insurance cancelled', 'released slowly']);
  });

  it('is not begun beside another call of the method, if an interceptor repeats what has ended the execution', async () => {
    const { error } = await outcomeOf('repeated');
    expect(error?.message).toBe('fraud');
    expect(world).toEqual(['packed', 'reserved for 7', 'released slowly']);
  });

  it('is finished before a stop with compensation ends, also if an interceptor ends earlier', async () => {
    await using test = await open();
    const run = await test.start(Orders, 'stopped', { id: '7' });
    await run.until({ suspended: true });
    await run.stop({ compensate: true });
    expect((await run.outcome()).error?.type).toBe('StopRequestedError');
    expect(world).toEqual(['reserved for 7', 'released slowly']);
  });

  it('is refused in a child context, whose body would not be run again', async () => {
    const { error } = await outcomeOf('inGroup');
    expect(error?.message).toContain('use context.saga() in the child context');
    expect(world).toEqual([]);
  });
});

describe('context.saga()', () => {
  it('waits for what still runs, undoes it too, and leaves what it was told', async () => {
    failures['booked a'] = () => new RangeError('full');
    const { error } = await outcomeOf('byHand');
    expect(world).toEqual(['booked b', 'cancelled b', 'told 7']);
    expect(error?.message).toBe('full');
  });

  it('undoes everything for a failure of its body, whatever the operation', async () => {
    failures.ended = () => new RangeError('late');
    await outcomeOf('byHand');
    expect(world).toEqual(['booked a', 'booked b', 'cancelled b', 'cancelled a', 'told 7']);
  });

  it('is undone to the end, also if an interceptor ends earlier', async () => {
    const { error } = await outcomeOf('timedOutBeside');
    expect(error?.message).toBe('too slow');
    expect(world).toEqual(['booked', 'cancelled slowly']);
  });

  it('is undone where the method fails while its body still runs, after what the method has done', async () => {
    failures = { shipped: () => new RangeError('no van'), flaky: () => new Error('try again') };
    const { error } = await outcomeOf('beside');
    expect(error?.message).toBe('no van');
    const method = ['refunded payment of 7', 'released B7 of 7'];
    expect(world).toEqual(['booked', 'reserved for 7', 'charged', ...method, 'cancelled']);
  });

  it('goes on where it was when the process dies', async () => {
    await using test = await open();
    failures = { ended: () => new RangeError('late'), 'cancelled a': () => new Error('no') };
    await test.survivesEveryCrash((fresh) => fresh.start(Orders, 'byHand', { id: '7' }));
  });
});

describe('The boot of an application with @Compensate()', () => {
  it('fails for an undo of nothing, for two undos of one step, and for an irreversible step without one', async () => {
    class OfNothing {
      @Step('book')
      async book(): Promise<void> {}
      @Compensate('boook')
      async cancel(): Promise<void> {}
    }
    await expect(open([OfNothing])).rejects.toThrow(
      "@Compensate('boook') on OfNothing.cancel: its class has no @Step()",
    );
    class Irreversible {
      @Step({ name: 'book', irreversible: true })
      async book(): Promise<void> {}
    }
    await expect(open([Irreversible])).rejects.toThrow('The step "book" of Irreversible is declared irreversible');
    @Controller()
    class OnController {
      @Step({ name: 'book', irreversible: true })
      async book(): Promise<void> {}
    }
    await expect(open([], [OnController])).rejects.toThrow('The step "book" of OnController is declared irreversible');
    expect(() => {
      class Twice {
        @Compensate('book')
        async cancel(): Promise<void> {}
        @Compensate('book')
        async annul(): Promise<void> {}
      }
      return Twice;
    }).toThrow('Two methods of Twice undo the step "book": cancel and annul');
  });
});
