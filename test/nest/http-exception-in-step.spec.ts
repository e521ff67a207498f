import * as nest from '@nestjs/common';
import {
  type CallHandler,
  ConflictException,
  Controller,
  Get,
  HttpException,
  Inject,
  Injectable,
  type NestInterceptor,
  NotFoundException,
  Param,
  ServiceUnavailableException,
  UseInterceptors,
} from '@nestjs/common';
import { tap } from 'rxjs';
import { ChildContext, Durable, type DurableContext, DurableCtx, Step } from 'nestjs-durable-execution';
import { DurableError } from 'nestjs-durable-execution/engine';
import { apiGatewayV2 } from '../fixtures/http-events.js';
import { handlerOf, runExecution } from '../fixtures/nest-execution.js';

type ExceptionClass = new (...args: never[]) => HttpException;

const isExceptionClass = (value: unknown): value is ExceptionClass =>
  typeof value === 'function' && value.prototype instanceof HttpException;

/** All of Nest's classes. */
const classes = (Object.values(nest) as unknown[]).filter(isExceptionClass);
const classesOf = (error: unknown) => classes.filter((Class) => error instanceof Class).map(({ name }) => name);

class OrderNotFound extends NotFoundException {}

@DurableError('OutOfStock')
class OutOfStock extends HttpException {
  constructor(readonly sku: string) {
    super(`no ${sku} left`, 410);
  }
}

const failures: Record<string, () => unknown> = {
  '404': () => new NotFoundException({ reason: 'no such order', id: 7 }),
  '404 of a class of its own': () => new OrderNotFound('gone for good'),
  '409 with a text': () => new HttpException('sold out', 409),
  '409 with a code': () => new HttpException('sold out', 409, { errorCode: 'SOLD_OUT' }),
  '404 with a code': () => new NotFoundException('gone', { errorCode: 'GONE' }),
  '418': () => new HttpException({ short: true }, 418),
  '408': () => new HttpException('slow', 408),
  '425': () => new HttpException('early', 425),
  '429': () => new HttpException('too many', 429),
  '503': () => new ServiceUnavailableException('later'),
  '409 with an error': () => new HttpException(Object.assign(new Error('row 7 is locked'), { code: '55P03' }), 409),
  '409 with an error that is no JSON': () => new HttpException(Object.assign(new Error('locked'), { row: 7n }), 409),
  'no JSON': () => new ConflictException({ left: 1n }),
  registered: () => new OutOfStock('hat'),
  frozen: () => Object.freeze(new ConflictException({ frozen: true })),
  'no exception': () => new RangeError('boom'),
};

let tries = 0;
let failure: () => unknown;
const twice = (_error: Error, attempt: number) => ({ shouldRetry: attempt < 2 });

@Injectable()
class Orders {
  @Step({ name: 'find', retryStrategy: twice })
  async find(): Promise<never> {
    tries += 1;
    throw failure();
  }

  @ChildContext('group')
  async group(): Promise<never> {
    return this.find();
  }
}

@Injectable()
class Jobs {
  constructor(@Inject(Orders) private readonly orders: Orders) {}

  @Durable('job')
  async job(_input: unknown, context: DurableContext): Promise<unknown> {
    const seen: unknown[] = [];
    for (const method of ['find', 'group'] as const) {
      seen.push(await this.orders[method]().catch(description));
    }
    const live = await context.step('live', async () => seen);
    await context.wait('a day', { days: 1 });
    return { live, replayed: seen };
  }
}

/** Operations that report a failure within them by an error of their own. */
const WITHIN = {
  map: async (context: DurableContext, find: () => Promise<never>) =>
    (await context.map('all', [1, 2], async () => find())).throwIfError(),
  parallel: async (context: DurableContext, find: () => Promise<never>) => {
    const [error] = (await context.parallel('all', [find])).getErrors();
    throw error!;
  },
  all: async (context: DurableContext, find: () => Promise<never>) => context.promise.all('all', [find()]),
  submitter: async (context: DurableContext, find: () => Promise<never>) =>
    context.waitForCallback('approval', async () => find()),
  'in a child': async (context: DurableContext, find: () => Promise<never>) =>
    context.runInChildContext('group', async (child) =>
      (await child.map('all', [1], async () => find())).throwIfError(),
    ),
};

const seen: string[] = [];

class Seeing implements NestInterceptor {
  intercept(_context: unknown, next: CallHandler) {
    return next.handle().pipe(tap({ error: (error: unknown) => seen.push(String(error)) }));
  }
}

@Controller()
class Routes {
  constructor(@Inject(Orders) private readonly orders: Orders) {}

  @Get('within/:method')
  @UseInterceptors(Seeing)
  @Durable('within')
  async within(@Param('method') method: keyof typeof WITHIN, @DurableCtx() context: DurableContext): Promise<unknown> {
    const failed = WITHIN[method](context, () => this.orders.find());
    await failed.catch(() => undefined);
    await context.wait('a day', { days: 1 });
    return failed;
  }

  @Get(':method')
  @Durable('route')
  async route(@Param('method') method: 'find' | 'group', @DurableCtx() context: DurableContext): Promise<unknown> {
    await context.wait('a day', { days: 1 });
    return this.orders[method]();
  }
}

function description(error: unknown): unknown {
  if (!(error instanceof HttpException)) return { name: (error as Error).name };
  const { name, message, errorCode } = error;
  const { sku } = error as Partial<OutOfStock>;
  return {
    name,
    message,
    errorCode,
    status: error.getStatus(),
    response: error.getResponse(),
    classes: classesOf(error),
    sku,
  };
}

const handler = handlerOf({ providers: [Orders, Jobs], controllers: [Routes] });

async function run(what: string, input: unknown = {}) {
  tries = 0;
  failure = failures[what]!;
  return runExecution(handler, input);
}

const exception = (what: string) => {
  const { name, message } = failures[what]!() as HttpException;
  return { name, message, ...{ status: (failures[what]!() as HttpException).getStatus() } };
};

describe('An HttpException in a @Step()', () => {
  it.each([
    ['404', 1],
    ['404 of a class of its own', 1],
    ['409 with a text', 1],
    ['409 with a code', 1],
    ['404 with a code', 1],
    ['418', 1],
    ['408', 2],
    ['425', 2],
    ['429', 2],
    ['503', 2],
    ['frozen', 1],
  ])('stays one, with status and response, live and on replay: %s', async (what, attempts) => {
    const { result } = await run(what);
    const thrown = failures[what]!() as HttpException;
    const expected = {
      ...exception(what),
      ...(thrown.errorCode && { errorCode: thrown.errorCode }),
      response: thrown.getResponse(),
      classes: classesOf(thrown),
    };
    expect(result).toEqual({ live: [expected, expected], replayed: [expected, expected] });
    expect(tries).toBe(attempts * 2);
  });

  it.each(classes.map((Class) => [Class.name, Class] as const))('is one of its class: %s', async (name, Class) => {
    failures[name] = () => new Class('why' as never);
    const { result } = await run(name);
    const expected = expect.objectContaining({ ...exception(name), classes: [name] });
    expect(result).toEqual({ live: [expected, expected], replayed: [expected, expected] });
  });

  it('has its message for a response where that is no JSON, live and on replay', async () => {
    const { result } = await run('no JSON');
    const conflict = { ...exception('no JSON'), response: expect.objectContaining({ message: 'Conflict Exception' }) };
    const expected = Array(2).fill(expect.objectContaining(conflict));
    expect(result).toEqual({ live: expected, replayed: expected });
  });

  it('keeps the message of an error as its response, and from the client, as on a plain route', async () => {
    const { result } = await run('409 with an error');
    const thrown = { message: 'row 7 is locked', status: 409, response: { code: '55P03' } };
    const expected = Array(2).fill(expect.objectContaining(thrown));
    expect(result).toEqual({ live: expected, replayed: expected });
    const bare = Array(2).fill(expect.objectContaining({ message: 'locked', status: 409, response: {} }));
    expect((await run('409 with an error that is no JSON')).result).toEqual({ live: bare, replayed: bare });
    const answer = await run('409 with an error', apiGatewayV2({ path: '/find' }));
    expect(answer).toMatchObject({ statusCode: 409, body: { statusCode: 409, message: 'Conflict' } });
  });

  it('is told from any other error', async () => {
    const { result } = await run('no exception');
    const expected = [{ name: 'StepError' }, { name: 'ChildContextError' }];
    expect(result).toEqual({ live: expected, replayed: expected });
    expect(tries).toBe(4);
  });

  it('of a class that the application has registered is one of that class', async () => {
    const { result } = await run('registered');
    const expected = Array(2).fill(expect.objectContaining({ name: 'OutOfStock', status: 410, sku: 'hat' }));
    expect(result).toEqual({ live: expected, replayed: expected });
  });

  it.each(['find', 'group'])('is answered on a route, also from inside a child context: %s', async (method) => {
    const { status, statusCode, body } = await run('404', apiGatewayV2({ path: `/${method}` }));
    expect({ status, statusCode, body }).toEqual({
      status: 'SUCCEEDED',
      statusCode: 404,
      body: { reason: 'no such order', id: 7 },
    });
  });

  it.each(['map', 'parallel', 'all', 'submitter', 'in a child'])(
    'is answered on a route, also where another operation reports it: %s',
    async (method) => {
      const { status, statusCode, body } = await run('404', apiGatewayV2({ path: `/within/${method}` }));
      expect({ status, statusCode, body }).toEqual({
        status: 'SUCCEEDED',
        statusCode: 404,
        body: { reason: 'no such order', id: 7 },
      });
    },
  );

  it('is what enhancers of a route see where another operation reports it, live and on replay', async () => {
    seen.length = 0;
    await run('409 with a text', apiGatewayV2({ path: '/within/map' }));
    expect(seen).toEqual(['HttpException: sold out']);
  });

  it('is no answer where an operation reports an error that is none', async () => {
    const { status, error } = await run('no exception', apiGatewayV2({ path: '/within/map' }));
    expect([status, error]).toEqual(['FAILED', expect.objectContaining({ ErrorType: 'ChildContextError' })]);
  });

  it('fails a direct call with its reasons', async () => {
    @Injectable()
    class Job {
      constructor(@Inject(Orders) private readonly orders: Orders) {}
      @Durable()
      run(): Promise<unknown> {
        return this.orders.find();
      }
    }
    failure = failures['409 with a text']!;
    const { error } = await runExecution(handlerOf({ providers: [Orders, Job] }), {});
    expect(error).toMatchObject({ ErrorType: 'HttpException', ErrorMessage: 'sold out' });
  });
});

describe('A @Step() without a strategy of its own', () => {
  let attempts = 0;

  @Injectable()
  class Stock {
    @Step()
    async take(): Promise<string> {
      attempts += 1;
      if (attempts === 1) throw new ConflictException('locked');
      return 'taken';
    }
  }

  @Injectable()
  class Takes {
    constructor(@Inject(Stock) private readonly stock: Stock) {}

    @Durable('take')
    take(): Promise<string> {
      return this.stock.take();
    }
  }

  beforeEach(() => (attempts = 0));

  it('is not retried after a refusal, by the built-in rules', async () => {
    expect(await runExecution(handlerOf({ providers: [Stock, Takes] }), {})).toMatchObject({ status: 'FAILED' });
    expect(attempts).toBe(1);
  });

  it('is retried where a declared rule says that this refusal passes', async () => {
    const errors = [{ type: ConflictException, decide: 'retry-step' as const }];
    const app = { providers: [Stock, Takes], forRoot: { errors } };
    expect(await runExecution(handlerOf(app), {})).toMatchObject({ status: 'SUCCEEDED', result: 'taken' });
    expect(attempts).toBe(2);
  });
});
