import type { ServerResponse } from 'node:http';
import { PassThrough, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as pause } from 'node:timers/promises';
import {
  applyDecorators,
  type CallHandler,
  ConflictException,
  Controller,
  type ExecutionContext,
  Get,
  type NestInterceptor,
  Next,
  Res,
  Sse,
  StreamableFile,
  UseFilters,
  UseInterceptors,
} from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import {
  catchError,
  concat,
  EMPTY,
  ignoreElements,
  mergeMap,
  NEVER,
  type Observable,
  of,
  type OperatorFunction,
  retry,
  throwError,
} from 'rxjs';
import { Durable, type DurableContext, DurableCtx, type LambdaHandler } from 'nestjs-durable-execution';
import { apiGatewayV2 } from '../fixtures/http-events.js';
import { type AppParts, handlerOf, runExecution } from '../fixtures/nest-execution.js';

async function* late(): AsyncGenerator<string> {
  await pause(1_500);
  yield 'late';
}

async function* pages(context: DurableContext): AsyncGenerator<string> {
  yield await context.step('first page', async () => 'first');
  await context.wait('a day', { days: 1 });
  yield await context.step('last page', async () => ' last');
}

async function* slow(): AsyncGenerator<string> {
  yield 'first';
  await pause(6_000);
  yield ' last';
}

/** Replaces the method by a function without a name. */
const renamed = (): MethodDecorator => (_target, _key, descriptor: PropertyDescriptor) => {
  const method = descriptor.value as (...args: unknown[]) => unknown;
  descriptor.value = (() =>
    function (this: unknown, ...args: unknown[]) {
      return method.apply(this, args);
    })();
};

async function work(context: DurableContext): Promise<void> {
  await context.step('charge', async () => 1);
  await context.wait('a day', { days: 1 });
  await context.step('ship', async () => 1);
}

const responseOf = (context: ExecutionContext) => context.switchToHttp().getResponse<ServerResponse>();

/** Responds, and takes its time before the handler. */
class Accepting implements NestInterceptor {
  async intercept(context: ExecutionContext, next: CallHandler) {
    responseOf(context).writeHead(202).end('accepted');
    await pause(50);
    return next.handle();
  }
}

class NotModified implements NestInterceptor {
  async intercept(context: ExecutionContext) {
    responseOf(context).writeHead(204).end();
    await pause(50);
    return EMPTY;
  }
}

@Controller()
class Routes {
  @Get('first')
  @Durable('first')
  async first(@Res() response: ServerResponse, @DurableCtx() context: DurableContext): Promise<void> {
    response.writeHead(202).end('accepted');
    await context.step('charge', async () => 1);
    await context.wait('a day', { days: 1 });
    await context.step('ship', async () => 1);
  }

  @Get('accepted')
  @UseInterceptors(Accepting)
  @Durable('accepted')
  async accepted(@Res() _response: ServerResponse, @DurableCtx() context: DurableContext): Promise<void> {
    await work(context);
  }

  @Get('not-modified')
  @UseInterceptors(NotModified)
  @Durable('not-modified')
  async notModified(@DurableCtx() context: DurableContext): Promise<void> {
    await work(context);
  }

  @Get('other-status')
  @Durable('other-status')
  async otherStatus(@Res() response: ServerResponse, @DurableCtx() context: DurableContext): Promise<void> {
    response.writeHead(202).end('accepted');
    response.statusCode = 500;
    await work(context);
  }

  @Get('broken')
  @Durable('broken')
  async broken(@Res() response: ServerResponse, @DurableCtx() context: DurableContext): Promise<void> {
    response.writeHead(202).end('accepted');
    await context.wait('a day', { days: 1 });
    throw new RangeError('too late');
  }

  @Get('never')
  @Durable('never')
  async never(@Res() _response: ServerResponse, @DurableCtx() context: DurableContext): Promise<void> {
    await context.step('charge', async () => 1);
  }

  @Get('never-renamed')
  @renamed()
  @Durable('never-renamed')
  async neverRenamed(@Res() _response: ServerResponse, @DurableCtx() context: DurableContext): Promise<void> {
    await context.step('charge', async () => 1);
  }

  @Get('next')
  @Durable('next')
  async next(@Next() next: (error: unknown) => void, @DurableCtx() context: DurableContext): Promise<void> {
    await context.wait('a day', { days: 1 });
    next(new RangeError('handed on'));
  }

  @Get('next-conflict')
  @Durable('next-conflict')
  async nextConflict(@Next() next: (error: unknown) => void, @DurableCtx() context: DurableContext): Promise<void> {
    await context.wait('a day', { days: 1 });
    next(new ConflictException('sold out'));
  }

  @Get('next-late')
  @Durable('next-late')
  async nextLate(@Res() response: ServerResponse, @Next() next: (error: unknown) => void): Promise<void> {
    response.end('accepted');
    next(new RangeError('too late'));
  }

  @Get('callback')
  @Durable('callback')
  async callback(@Res() response: ServerResponse): Promise<void> {
    setTimeout(() => response.end('soon'), 100);
  }

  @Get('floating')
  @Durable('floating')
  async floating(@Res() response: ServerResponse, @DurableCtx() context: DurableContext): Promise<void> {
    void context.wait('a day', { days: 1 }).then(() => response.end('a day later'));
  }

  @Sse('events')
  @Durable('events')
  events(): Observable<{ data: string }> {
    return concat(
      of({ data: 'first' }),
      throwError(() => new RangeError('too late')),
    );
  }

  @Get('slow')
  @Durable('slow')
  async slow(@Res() response: ServerResponse, @DurableCtx() context: DurableContext): Promise<void> {
    const work = context.runInChildContext('work', async (child) => {
      await pause(1_500);
      await child.step('pack', () => pause(1_500));
    });
    void work.then(() => response.end('packed'));
  }

  @Get('unused')
  @Durable('unused')
  async unused(@Res() _response: ServerResponse, @DurableCtx() context: DurableContext): Promise<void> {
    void context.step('work', () => pause(1_500)).then(() => undefined);
  }

  /** Fills the response while the method has ended. */
  @Get('piped')
  @Durable('piped')
  async piped(@Res() response: ServerResponse, @DurableCtx() context: DurableContext): Promise<void> {
    Readable.from(pages(context)).pipe(response);
  }

  @Get('returned')
  @Durable('returned')
  async returned(@DurableCtx() context: DurableContext): Promise<StreamableFile> {
    const stream = new PassThrough();
    void pipeline(pages(context), stream);
    return new StreamableFile(stream);
  }

  /** Breaks after its first bytes. */
  @Get('breaking')
  @Durable('breaking')
  async breaking(@Res() response: ServerResponse, @DurableCtx() context: DurableContext): Promise<void> {
    const broken = async function* () {
      yield* pages(context);
      throw new RangeError('the file ends too early');
    };
    await pipeline(broken(), response).catch(() => undefined);
  }

  @Get('closed')
  @Durable('closed')
  async closed(@Res() response: ServerResponse): Promise<void> {
    const stream = new PassThrough();
    stream.write('first', () => stream.destroy());
    await pipeline(stream, response).catch(() => undefined);
  }

  /** As a callback of Node calls it that has had no error. */
  @Get('dropped')
  @Durable('dropped')
  async dropped(@Res() response: ServerResponse): Promise<void> {
    response.destroy(null as never);
  }

  /** The loser of a race still waits while the stream is read. */
  @Get('raced')
  @Durable('raced')
  async raced(@DurableCtx() context: DurableContext): Promise<StreamableFile> {
    await context.wait('an hour', { hours: 1 });
    await Promise.race([context.step('work', async () => 1), context.wait('a day', { days: 1 })]);
    return new StreamableFile(Readable.from(slow()));
  }

  @Get('stream')
  @Durable('stream')
  async stream(@Res() response: ServerResponse): Promise<void> {
    Readable.from(late()).pipe(response);
  }
}

const get = (path: string) => runExecution(handlerOf({ controllers: [Routes] }), apiGatewayV2({ path: `/${path}` }));

describe('The outcome of a route', () => {
  it('waits for work after the response', async () => {
    expect(await get('first')).toMatchObject({ statusCode: 202, body: 'accepted', names: ['charge', 'a day', 'ship'] });
  });

  it('waits for the work of a method that was not reached when the response was sent', async () => {
    const names = ['charge', 'a day', 'ship'];
    expect(await get('accepted')).toMatchObject({ status: 'SUCCEEDED', statusCode: 202, body: 'accepted', names });
    const parts = {
      controllers: [Routes],
      middleware: ((_request: unknown, response: ServerResponse, next: () => void) => {
        response.writeHead(202).end('by middleware');
        next();
      }) as AppParts['middleware'],
      providers: [{ provide: APP_GUARD, useValue: { canActivate: () => pause(50, true) } }],
    };
    const run = await runExecution(handlerOf(parts), apiGatewayV2({ path: '/never' }));
    expect(run).toMatchObject({ status: 'SUCCEEDED', statusCode: 202, body: 'by middleware', names: ['charge'] });
  });

  it('is the response of an interceptor that does not call the method', async () => {
    expect(await get('not-modified')).toMatchObject({ status: 'SUCCEEDED', statusCode: 204, names: [] });
  });

  it.each([
    ['waits', NEVER],
    ['fails', throwError(() => new RangeError('redirected'))],
  ])('is the redirection of an interceptor, which ends the request even if it then %s', async (_what, then) => {
    const redirecting = {
      intercept: (context: ExecutionContext) => {
        responseOf(context).writeHead(302, { location: '/elsewhere' }).end();
        return then;
      },
    };
    const run = await responding(() => pause(1), UseInterceptors(redirecting));
    expect(run).toMatchObject({ status: 'SUCCEEDED', statusCode: 302, names: [] });
  });

  it('has the status that was sent, whatever the method sets later', async () => {
    expect(await get('other-status')).toMatchObject({ status: 'SUCCEEDED', statusCode: 202, body: 'accepted' });
  });

  it.each(['broken', 'events'])('is the failure that comes after the response, live or on replay: %s', async (path) => {
    expect(await get(path)).toMatchObject({ status: 'FAILED', error: { ErrorType: 'RangeError' } });
  });

  it('is the failure that a route hands on to next(), as what it throws', async () => {
    expect(await get('next')).toMatchObject({
      status: 'FAILED',
      error: { ErrorType: 'RangeError', ErrorMessage: 'handed on' },
    });
    expect(await get('next-conflict')).toMatchObject({ status: 'SUCCEEDED', statusCode: 409 });
  });

  it.each(['never', 'never-renamed', 'unused'])(
    'is a failure within seconds when nobody ends the response: %s',
    async (path) => {
      const run = await get(path);
      expect(run).toMatchObject({ status: 'FAILED', invocations: 1 });
      expect(run.error?.ErrorMessage).toContain('its response has not');
    },
  );

  const swallowing = (error: Error) => of(error.message);
  it.each<[string, OperatorFunction<unknown, unknown>]>([
    ['at once', catchError(swallowing)],
    ['later', catchError((error: Error) => pause(10).then(() => error.message))],
  ])('is a failure within seconds when an interceptor swallows that of the method %s', async (_when, swallow) => {
    const run = await unended(around(swallow));
    expect(run).toMatchObject({ status: 'FAILED', invocations: 1 });
    expect(run.error?.ErrorMessage).toContain('its response has not');
  });

  it.each(['warm', 'cold'])('is that failure in a later invocation too, in a %s sandbox', async (sandbox) => {
    const run = await unended(around(catchError(swallowing)), { waits: true, isCold: sandbox === 'cold' });
    expect(run).toMatchObject({ status: 'FAILED', invocations: 2, names: ['a day'] });
    expect(run.error?.ErrorMessage).toContain('its response has not');
  });

  it('is a failure within seconds when a method fails after an interceptor that does not wait for it', async () => {
    const detaching = (_context: ExecutionContext, next: CallHandler) => {
      next.handle().subscribe({ error: () => undefined });
      return of('kept');
    };
    const run = await unended(UseInterceptors({ intercept: detaching }), { waits: true });
    expect(run).toMatchObject({ status: 'FAILED', invocations: 2, names: ['a day'] });
    expect(run.error?.ErrorMessage).toContain('its response has not');
  });

  it('is a failure within seconds when an interceptor returns a value in place of the method', async () => {
    const run = await unended(UseInterceptors({ intercept: () => of('kept') }));
    expect(run).toMatchObject({ status: 'FAILED', invocations: 1 });
    expect(run.error?.ErrorMessage).toContain('its response has not');
  });

  it.each([
    ['callback', 'soon'],
    ['floating', 'a day later'],
    ['slow', 'packed'],
    ['stream', 'late'],
  ])('is the response that something still ends: a %s', async (path, body) => {
    expect(await get(path)).toMatchObject({ status: 'SUCCEEDED', body });
  });

  /** Requests a path in a warm and in a cold sandbox: at the same time, because a stream must fall silent for seconds. */
  const getInBoth = (path: string) => {
    const boot = () => handlerOf({ controllers: [Routes] });
    const warm = boot();
    const run = (handlerAt: () => LambdaHandler) => runExecution(boot(), apiGatewayV2({ path }), { handlerAt });
    return Promise.all([run(() => warm), run(boot)]);
  };

  it('is that of a stream which waits after its method, in a warm and in a cold sandbox', async () => {
    const runs = await Promise.all(['/piped', '/returned'].map(getInBoth));
    const whole = {
      statusCode: 200,
      body: 'first last',
      names: ['first page', 'a day', 'last page'],
      invocations: 2,
    };
    expect(runs.flat()).toMatchObject([whole, whole, whole, whole]);
  });

  it('is the error with which a response was destroyed, in a warm and in a cold sandbox', async () => {
    const error = { ErrorType: 'RangeError', ErrorMessage: 'the file ends too early' };
    const failed = { status: 'FAILED', error, invocations: 2 };
    expect(await getInBoth('/breaking')).toMatchObject([failed, failed]);
    const closed = { status: 'FAILED', error: { ErrorMessage: expect.stringContaining('the log has its error') } };
    expect(await get('closed')).toMatchObject(closed);
    expect(await get('dropped')).toMatchObject(closed);
  });

  it('is that of a stream which is only slow, while the loser of a race waits, in a warm and in a cold sandbox', async () => {
    const whole = { body: 'first last', names: ['an hour', 'work', 'a day'], invocations: 2 };
    expect(await getInBoth('/raced')).toMatchObject([whole, whole]);
  });
});

/** A route that responds first, and what else runs around it. */
function responding(method: (context: DurableContext) => Promise<unknown>, ...enhancers: MethodDecorator[]) {
  @Controller()
  class Route {
    @Get()
    @Durable('order')
    @applyDecorators(...enhancers)
    async order(@Res() response: ServerResponse, @DurableCtx() context: DurableContext): Promise<unknown> {
      if (!response.headersSent) response.writeHead(202).end('accepted');
      await context.step('charge', async () => 1);
      return method(context);
    }
  }
  return runExecution(handlerOf({ controllers: [Route] }), apiGatewayV2({}));
}

/** A route with `@Res()` whose method throws before it has responded. */
function unended(enhancer: MethodDecorator, { waits = false, isCold = false } = {}) {
  @Controller()
  class Route {
    @Get()
    @Durable('order')
    @applyDecorators(enhancer)
    async order(@Res() _response: ServerResponse, @DurableCtx() context: DurableContext): Promise<never> {
      if (waits) await context.wait('a day', { days: 1 });
      throw new RangeError('broken');
    }
  }
  const make = () => handlerOf({ controllers: [Route] });
  return runExecution(make(), apiGatewayV2({}), isCold ? { handlerAt: make } : {});
}

const around = (pipe: OperatorFunction<unknown, unknown>): MethodDecorator =>
  UseInterceptors({ intercept: (_context: ExecutionContext, next: CallHandler) => next.handle().pipe(pipe) });

const tooLate = () => Promise.reject(new RangeError('too late'));

describe('The outcome of a route that has responded before its end', () => {
  it('waits for the work of an interceptor after the method', async () => {
    const done: string[] = [];
    const audit = async (context: unknown) => {
      await pause(100);
      await (context as DurableContext).wait('a day', { days: 1 });
      await (context as DurableContext).step('audit', async () => void done.push('audit'));
    };
    const run = await responding((context) => Promise.resolve(context), around(mergeMap(audit)));
    expect(run).toMatchObject({ status: 'SUCCEEDED', statusCode: 202, names: ['charge', 'a day', 'audit'] });
    expect(done).toEqual(['audit']);
  });

  it('is the failure of an interceptor after the method', async () => {
    const run = await responding(() => pause(1), around(mergeMap(tooLate)));
    expect(run).toMatchObject({ status: 'FAILED', error: { ErrorType: 'RangeError', ErrorMessage: 'too late' } });
  });

  it('is what an interceptor makes of the failure of the method', async () => {
    const swallowed = await responding(tooLate, around(catchError(() => of('fine'))));
    expect(swallowed).toMatchObject({ status: 'SUCCEEDED', statusCode: 202 });
    const mapped = await responding(tooLate, around(catchError(() => throwError(() => new TypeError('mapped')))));
    expect(mapped).toMatchObject({ status: 'FAILED', error: { ErrorType: 'TypeError' } });
    let calls = 0;
    const repeated = await responding(() => (++calls === 1 ? tooLate() : Promise.resolve()), around(retry(1)));
    expect(repeated).toMatchObject({ status: 'SUCCEEDED', names: ['charge', 'charge'] });
  });

  it('is the failure that the method hands on to next()', async () => {
    expect(await get('next-late')).toMatchObject({ status: 'FAILED', error: { ErrorMessage: 'too late' } });
  });

  it('is its response when an interceptor lets no value through', async () => {
    const run = await responding(() => pause(1), around(ignoreElements()));
    expect(run).toMatchObject({ status: 'SUCCEEDED', statusCode: 202 });
  });

  it('waits for the filter that sees its failure', async () => {
    const seen: unknown[] = [];
    const report = {
      catch: async (error: unknown) => {
        await pause(100);
        seen.push(error);
      },
    };
    expect(await responding(tooLate, UseFilters(report))).toMatchObject({ status: 'FAILED' });
    expect(seen).toEqual([new RangeError('too late')]);
  });
});
