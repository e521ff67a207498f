import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  BadRequestException,
  Body,
  type CallHandler,
  ConflictException,
  Controller,
  createParamDecorator,
  type ExecutionContext,
  Inject,
  Injectable,
  type PipeTransform,
  Post,
  Scope,
  ServiceUnavailableException,
  UnauthorizedException,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common';
import {
  Durable,
  type DurableContext,
  DurableCtx,
  DurableInput,
  ExecutionError,
  InvocationError,
  Step,
} from 'nestjs-durable-execution';
import { DurableExecutionInvocationInputWithClient } from 'nestjs-durable-execution/engine';
import { of } from 'rxjs';
import { apiGatewayV2 } from '../fixtures/http-events.js';
import { lambdaContext, type MemoryService } from '../fixtures/memory-service.js';
import { type AppParts, handlerOf, type Run, runExecution } from '../fixtures/nest-execution.js';

interface ExpressResponse extends ServerResponse {
  status(code: number): ExpressResponse;
  json(body: object): void;
  redirect(url: string): void;
}

type Middleware = (request: IncomingMessage, response: ExpressResponse, next: (error?: unknown) => void) => unknown;

/** What has changed its mind by day three. */
let refuses = false;

/** What is thrown instead, and how often. */
let outage: (() => Error) | undefined;
let outages = Infinity;

const refuse = (error: Error) => {
  if (!refuses || outages === 0) return;
  outages -= 1;
  throw outage?.() ?? error;
};

class UniquePipe {
  async transform(value: unknown): Promise<unknown> {
    refuse(new ConflictException('taken'));
    return value;
  }
}

class GlobalPipe {
  transform(value: unknown): unknown {
    refuse(new BadRequestException('no longer valid'));
    return value;
  }
}

const Claim = createParamDecorator(() => refuse(new UnauthorizedException('no claim')));

class Cache {
  intercept(_context: unknown, next: CallHandler) {
    return refuses ? of('cached') : next.handle();
  }
}

class Throwing {
  async intercept(_context: unknown, next: CallHandler) {
    refuse(new UnauthorizedException('not now'));
    return next.handle();
  }
}

async function order(context: DurableContext): Promise<string> {
  await context.step('charge', async () => 1);
  await context.wait('three days', { days: 3 });
  return context.step('ship', async () => 'shipped');
}

@Controller()
class Routes {
  @Post('pipe')
  @Durable('route: pipe')
  pipe(@Body(UniquePipe) _body: unknown, @DurableCtx() context: DurableContext) {
    return order(context);
  }
  @Post('parameter')
  @Durable('route: parameter')
  parameter(@Claim() _claim: unknown, @DurableCtx() context: DurableContext) {
    return order(context);
  }
  @Post('cache')
  @UseInterceptors(Cache)
  @Durable('route: cache')
  cache(@DurableCtx() context: DurableContext) {
    return order(context);
  }
  @Post('interceptor')
  @UseInterceptors(Throwing)
  @Durable('route: interceptor')
  interceptor(@DurableCtx() context: DurableContext) {
    return order(context);
  }
  @Post('order')
  @Durable('route: order')
  order(@DurableCtx() context: DurableContext) {
    return order(context);
  }
}

@Injectable()
class Jobs {
  @Durable('pipe')
  pipe(@DurableInput(UniquePipe) _input: unknown, @DurableCtx() context: DurableContext) {
    return order(context);
  }
  @Durable('parameter')
  parameter(@Claim() _claim: unknown, @DurableCtx() context: DurableContext) {
    return order(context);
  }
  @UseInterceptors(Cache)
  @Durable('cache')
  cache(_input: unknown, context: DurableContext) {
    return order(context);
  }
  @UseInterceptors(Throwing)
  @Durable('interceptor')
  interceptor(_input: unknown, context: DurableContext) {
    return order(context);
  }
}

const post = (path: string) => apiGatewayV2({ method: 'POST', path: `/${path}`, body: {} });
const run = (input: unknown, parts: AppParts, options = {}): Promise<Run> =>
  runExecution(handlerOf(parts, options), input, { between: () => (refuses = true) });

const failedFor = (who: RegExp) => ({
  status: 'FAILED',
  names: ['charge', 'three days'],
  error: { ErrorType: 'RefusedAfterAdmissionError', ErrorMessage: expect.stringMatching(who) },
});

const enhancers = [
  ['pipe', /a pipe or a parameter decorator has ended it.*ConflictException: taken/],
  ['parameter', /a pipe or a parameter decorator has ended it.*UnauthorizedException: no claim/],
  ['cache', /an interceptor has ended it by/],
  ['interceptor', /an interceptor has ended it by.*UnauthorizedException: not now/],
] as const;

beforeEach(() => (refuses = false));

describe('Once an execution is admitted, it fails by whoever ends it before its method', () => {
  it.each(enhancers)('on a route: %s', async (path, who) => {
    expect(await run(post(path), { controllers: [Routes] })).toMatchObject(failedFor(who));
  });

  it('with all reasons of a validation', async () => {
    const validation: PipeTransform = {
      transform: (input: unknown) => {
        if (refuses) throw new BadRequestException(['no sku', 'no price']);
        return input;
      },
    };
    @Injectable()
    class Validated {
      @Durable('validated')
      run(@DurableInput(validation) _input: unknown, @DurableCtx() context: DurableContext) {
        return order(context);
      }
    }
    const refusal = failedFor(/a pipe or a parameter decorator has ended it.*BadRequestException: no sku; no price/);
    expect(await run({}, { providers: [Validated] })).toMatchObject(refusal);
  });

  it.each(enhancers)('on a direct call: %s', async (handler, who) => {
    expect(await run({}, { providers: [Jobs] }, { handler })).toMatchObject(failedFor(who));
  });

  it('on every route, by an enhancer that configure has set up', async () => {
    const options = {
      configure: (app: { useGlobalPipes(pipe: object): unknown }) => void app.useGlobalPipes(new GlobalPipe()),
    };
    const parts = { controllers: [Routes], providers: [Jobs] };
    for (const input of [post('pipe'), { '@durable': 'pipe', input: {} }]) {
      refuses = false;
      expect(await run(input, parts, options)).toMatchObject(failedFor(/no longer valid/));
    }
  });

  it.each<[string, Middleware]>([
    ['throws', (_request, _response, next) => (refuse(new UnauthorizedException('expired')), next())],
    ['rejects', async (_request, _response, next) => (refuse(new UnauthorizedException('expired')), next())],
    ['answers', (_request, response, next) => (refuses ? response.status(403).end('no') : next())],
    ['is under maintenance', (_request, response, next) => (refuses ? response.status(503).end('later') : next())],
    ['is not available', (_request, _response, next) => (refuse(new ServiceUnavailableException('later')), next())],
    ['answers as if all were well', (_request, response, next) => (refuses ? response.json({ fine: true }) : next())],
    ['redirects', (_request, response, next) => (refuses ? response.redirect('/login') : next())],
    ['fails', (_request, _response, next) => next(refuses ? new RangeError('broken') : undefined)],
  ])('by middleware that %s', async (_what, middleware) => {
    const parts = { controllers: [Routes], middleware: middleware as AppParts['middleware'] };
    expect(await run(post('order'), parts)).toMatchObject(failedFor(/middleware, the router, /));
    const atOnce = await run(post('order'), parts);
    expect(atOnce).toMatchObject({ status: 'SUCCEEDED', names: [] });
  });

  it('by a provider of request scope that cannot be made, on both routes', async () => {
    @Injectable({ scope: Scope.REQUEST })
    class Session {
      constructor() {
        refuse(new RangeError('no session'));
      }
    }
    @Injectable()
    class ScopedJobs {
      constructor(@Inject(Session) readonly session: Session) {}
      @Durable('scoped')
      async run(_input: unknown, context: DurableContext): Promise<string> {
        return order(context);
      }
    }
    @Controller()
    class ScopedRoutes {
      constructor(@Inject(Session) readonly session: Session) {}
      @Post('scoped')
      @Durable('scoped-route')
      async run(@DurableCtx() context: DurableContext): Promise<string> {
        return order(context);
      }
    }
    const parts = { providers: [Session, ScopedJobs], controllers: [ScopedRoutes] };
    for (const input of [post('scoped'), { '@durable': 'scoped', input: {} }]) {
      refuses = false;
      expect(await run(input, parts)).toMatchObject(failedFor(/a provider of request scope.*RangeError: no session/));
    }
  });

  it('by the router, when the route is gone', async () => {
    const [before, after] = [handlerOf({ controllers: [Routes] }), handlerOf({})];
    const result = await runExecution(before, post('order'), { handlerAt: (n) => (n === 1 ? before : after) });
    expect(result).toMatchObject(failedFor(/a response of 404/));
  });
});

describe('Until an execution is admitted', () => {
  it.each([
    ['pipe', 409],
    ['parameter', 401],
    ['interceptor', 401],
    ['cache', 201],
  ])('the answer of whoever ends it is the response: %s', async (path, statusCode) => {
    refuses = true;
    const result = await run(post(path), { controllers: [Routes] });
    expect(result).toMatchObject({ status: 'SUCCEEDED', statusCode, names: [] });
  });
});

describe('An outage on the way to the method of an admitted execution', () => {
  const refused = () => Object.assign(new Error('connect ECONNREFUSED 10.0.0.7:6379'), { code: 'ECONNREFUSED' });
  const throttled = () =>
    Object.assign(new Error('slow down'), { name: 'ThrottlingException', $metadata: { httpStatusCode: 400 } });

  /** Repeats what is thrown to Lambda, as the service does. */
  async function runThrough(input: unknown, middleware?: Middleware) {
    const parts: AppParts = {
      controllers: [Routes],
      providers: [Jobs],
      ...(middleware && { middleware: middleware as AppParts['middleware'] }),
    };
    const handler = handlerOf(parts);
    const thrown: string[] = [];
    const repeating: typeof handler = async (event, context) => {
      try {
        return await handler(event, context);
      } catch (error) {
        thrown.push(String(error));
        return { Status: 'PENDING' };
      }
    };
    const run = await runExecution(repeating, input, { between: () => (refuses = true) });
    // A failed invocation may be recorded.
    return { result: { ...run, names: run.names.filter((name) => name !== 'failed invocation') }, thrown };
  }

  beforeEach(() => {
    outages = 2;
    outage = refused;
  });
  afterAll(() => {
    outages = Infinity;
    outage = undefined;
  });

  const ends = { status: 'SUCCEEDED', names: ['charge', 'three days', 'ship'] };
  const direct = (handler: string) => ({ '@durable': handler, input: {} });

  it.each<[string, unknown]>([
    ['a pipe', post('pipe')],
    ['an interceptor', post('interceptor')],
    ['a parameter decorator', post('parameter')],
    ['a pipe of a direct call', direct('pipe')],
    ['an interceptor of a direct call', direct('interceptor')],
  ])('is thrown to Lambda, which repeats the invocation: %s', async (_where, input) => {
    const { result, thrown } = await runThrough(input);
    expect(result).toMatchObject(ends);
    const invocationError = /^InvocationError: .*may pass, so another invocation follows/;
    expect(thrown).toEqual(Array(2).fill(expect.stringMatching(invocationError)));
    expect(thrown[0]).toContain('connect ECONNREFUSED 10.0.0.7:6379');
  });

  it.each<[string, Middleware]>([
    ['throws', (_request, _response, next) => (refuse(new Error('never thrown')), next())],
    ['rejects', async (_request, _response, next) => (refuse(new Error('never thrown')), next())],
  ])('is thrown to Lambda where it is middleware that %s', async (_how, middleware) => {
    const { result, thrown } = await runThrough(post('order'), middleware);
    expect(result).toMatchObject({ ...ends, statusCode: 201 });
    expect(thrown).toEqual(Array(2).fill(expect.stringMatching(/^InvocationError: .*middleware/)));
  });

  it('is thrown unchanged where it states its scope itself, by middleware too', async () => {
    outage = () => new InvocationError('the tenant store moves');
    const { result, thrown } = await runThrough(
      post('order'),
      (_request, _response, next) => (refuse(new Error('never thrown')), next()),
    );
    expect(result).toMatchObject({ ...ends, statusCode: 201 });
    expect(thrown).toEqual(Array(2).fill('InvocationError: the tenant store moves'));
  });

  it('is known by the rules of errors', async () => {
    outage = throttled;
    const { result, thrown } = await runThrough(post('pipe'));
    expect(result).toMatchObject(ends);
    expect(thrown).toEqual(Array(2).fill(expect.stringContaining('ThrottlingException: slow down')));
  });

  it('ends the execution when it does not pass', async () => {
    outages = Infinity;
    const { result, thrown } = await runThrough(post('pipe'));
    expect(result).toMatchObject({ status: 'FAILED', error: { ErrorType: 'FailedInvocationsError' } });
    expect(thrown).toContainEqual(expect.stringContaining('ECONNREFUSED'));
  });

  it('is a response until the execution is admitted', async () => {
    refuses = true;
    expect(await runThrough(post('pipe'))).toMatchObject({
      result: { status: 'FAILED', names: [], error: { ErrorMessage: expect.stringContaining('ECONNREFUSED') } },
      thrown: [],
    });
  });
});

it('ends an admitted execution with the error that states it, by middleware too', async () => {
  const middleware: Middleware = (_request, _response, next) => (refuse(new ExecutionError('tenant deleted')), next());
  const parts = { controllers: [Routes], middleware: middleware as AppParts['middleware'] };
  const result = await run(post('order'), parts);
  expect(result).toMatchObject({ status: 'FAILED', error: { ErrorMessage: 'tenant deleted' } });
});

it('names what middleware has thrown when it ends an admitted execution', async () => {
  const middleware: Middleware = (_request, _response, next) => (refuse(new UnauthorizedException('expired')), next());
  const parts = { controllers: [Routes], middleware: middleware as AppParts['middleware'] };
  expect(await run(post('order'), parts)).toMatchObject(failedFor(/a response of 401.*UnauthorizedException: expired/));
});

describe('A refusal that the first invocation would repeat', () => {
  class SetsUser {
    canActivate(context: ExecutionContext): boolean {
      context.getArgByIndex<{ user?: object }>(0).user = { id: 7 };
      return true;
    }
  }
  let failures = 0;

  @Injectable()
  class Stock {
    @Step({ name: 'look up', retryStrategy: () => ({ shouldRetry: true, delay: { seconds: 5 } }) })
    async isEmpty(): Promise<boolean> {
      if (failures-- > 0) throw new Error('not now');
      return true;
    }
  }
  @Injectable()
  class InStock {
    constructor(@Inject(Stock) private readonly stock: Stock) {}
    async transform(): Promise<never> {
      throw (await this.stock.isEmpty()) ? new ConflictException('sold out') : new Error('in stock');
    }
  }
  @Controller()
  @UseGuards(SetsUser)
  class Shop {
    @Post('invalid')
    @Durable('route: invalid')
    invalid(@Body(GlobalPipe) _body: unknown): void {}
    @Post('sold-out')
    @Durable('route: sold out')
    soldOut(@Body(InStock) _body: unknown): void {}
  }
  @Injectable()
  @UseGuards(SetsUser)
  class Sales {
    @Durable('invalid')
    invalid(@DurableInput(GlobalPipe) _input: unknown): void {}
    @Durable('sold-out')
    soldOut(@DurableInput(InStock) _input: unknown): void {}
  }
  const handler = handlerOf({ controllers: [Shop], providers: [Stock, Sales] });
  const again = (service: MemoryService) =>
    handler(new DurableExecutionInvocationInputWithClient(service.event(), service), lambdaContext());

  it.each([
    ['invalid', 400, ['nest:guards'], 'no longer valid'],
    ['sold-out', 409, ['nest:guards', 'look up'], 'sold out'],
  ])('is the outcome again if the answer was lost: %s', async (name, statusCode, names, message) => {
    refuses = true;
    const onRoute = await runExecution(handler, post(name));
    expect(onRoute).toMatchObject({ status: 'SUCCEEDED', statusCode, names });
    expect(await again(onRoute.service)).toEqual({ Status: 'SUCCEEDED', Result: JSON.stringify(onRoute.result) });
    const direct = await runExecution(handler, { '@durable': name, input: {} });
    expect(direct).toMatchObject({ status: 'FAILED', names, error: { ErrorMessage: message } });
    expect(await again(direct.service)).toMatchObject({ Status: 'FAILED', Error: { ErrorMessage: message } });
  });

  it('is the same if its step was retried', async () => {
    failures = 2;
    const result = await runExecution(handler, post('sold-out'));
    expect(result).toMatchObject({ status: 'SUCCEEDED', statusCode: 409, invocations: 3 });
  });
});
