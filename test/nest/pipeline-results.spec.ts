import {
  type ArgumentsHost,
  BadGatewayException,
  type CallHandler,
  Catch,
  ClassSerializerInterceptor,
  ConflictException,
  Controller,
  createParamDecorator,
  type ExecutionContext,
  Get,
  HttpException,
  type INestApplication,
  Injectable,
  type NestInterceptor,
  type PipeTransform,
  Scope,
  ServiceUnavailableException,
  UseFilters,
  UseInterceptors,
} from '@nestjs/common';
import { BaseExceptionFilter } from '@nestjs/core';
import { Exclude } from 'class-transformer';
import { Durable, type DurableContext, DurableCtx, DurableInput } from 'nestjs-durable-execution';
import { ExecutionError, InvocationError } from 'nestjs-durable-execution/engine';
import { catchError, concat, mergeMap, of, retry, throwError, timeout, toArray } from 'rxjs';
import { setTimeout as pause } from 'node:timers/promises';
import { apiGatewayV2 } from '../fixtures/http-events.js';
import { lambdaContext } from '../fixtures/memory-service.js';
import { handlerOf, type Run, runExecution } from '../fixtures/nest-execution.js';

type Script = (context: DurableContext) => unknown;
type Around = (next: CallHandler) => ReturnType<CallHandler['handle']>;

const interceptor = (around: Around): NestInterceptor => ({ intercept: (_context, next) => around(next) });
const mapTo502 = interceptor((next) =>
  next.handle().pipe(catchError(() => throwError(() => new BadGatewayException()))),
);
const swallow = interceptor((next) => next.handle().pipe(catchError(() => of('swallowed'))));

/** Runs a script as a direct call and as a route, each between the same enhancers. */
function start(script: Script, enhance: MethodDecorator = () => undefined) {
  @Injectable()
  class Job {
    @enhance
    @Durable('job')
    async run(_input: unknown, context: DurableContext): Promise<unknown> {
      return script(context);
    }
  }
  @Controller()
  class Route {
    @Get()
    @enhance
    @Durable('route')
    async run(@DurableCtx() context: DurableContext): Promise<unknown> {
      return script(context);
    }
  }
  const handler = handlerOf({ controllers: [Route], providers: [Job] });
  return {
    direct: () => runExecution(handler, {}),
    http: () => runExecution(handler, apiGatewayV2({})),
  };
}

const routes = ['direct', 'http'] as const;
const valueOf = (run: Run) => run.body ?? run.result;

describe.each(routes)('The result of an execution on the %s route', (route) => {
  it('is what interceptors make of the value', async () => {
    class User {
      id = 1;
      @Exclude() password = 'S3CRET';
    }
    const { [route]: run } = start(() => new User(), UseInterceptors(ClassSerializerInterceptor));
    expect(valueOf(await run())).toEqual({ id: 1 });
  });

  it('is waited for while an interceptor makes it, whatever else of the handler still waits', async () => {
    const slow = interceptor((next) =>
      next.handle().pipe(
        mergeMap(async (value) => {
          await pause(100);
          return { slow: value };
        }),
      ),
    );
    const script: Script = async (context) => {
      void context.wait('never needed', { days: 9 }).then(() => undefined);
      return context.step('work', async () => 'done');
    };
    const result = await start(script, UseInterceptors(slow))[route]();
    expect(valueOf(result)).toEqual({ slow: 'done' });
    expect(result.invocations).toBe(1);
  });

  it('is a retry although an interceptor maps errors to 502', async () => {
    let invocations = 0;
    const script: Script = async (context) => {
      await context.step('work', async () => 1);
      invocations += 1;
      throw new InvocationError('the cache of this sandbox is broken');
    };
    await expect(start(script, UseInterceptors(mapTo502))[route]()).rejects.toThrow('the cache of this sandbox');
    expect(invocations).toBe(1);
  });

  it.each([
    ['maps errors', mapTo502],
    ['swallows errors', swallow],
  ])('is the failure that states its scope, before an interceptor that %s', async (_what, enhancer) => {
    const fails = start(() => Promise.reject(new ExecutionError('cancelled')), UseInterceptors(enhancer));
    expect(await fails[route]()).toMatchObject({ status: 'FAILED', error: { ErrorType: 'ExecutionError' } });
  });

  it('is the failure that states its scope, also of an interceptor within one that swallows errors', async () => {
    const failing = interceptor((next) =>
      next.handle().pipe(mergeMap(() => Promise.reject(new ExecutionError('the transaction was not committed')))),
    );
    const refusing = interceptor(() => throwError(() => new ExecutionError('the transaction was not opened')));
    for (const inner of [failing, refusing]) {
      const run = await start(() => 1, UseInterceptors(swallow, inner))[route]();
      expect(run).toMatchObject({ status: 'FAILED', error: { ErrorType: 'ExecutionError' } });
    }
  });

  it('is what an interceptor makes of any other error', async () => {
    const broken: Script = () => Promise.reject(new RangeError('boom'));
    expect(valueOf(await start(broken, UseInterceptors(swallow))[route]())).toBe('swallowed');
    const mapped = await start(broken, UseInterceptors(mapTo502))[route]();
    expect(mapped).toMatchObject(
      route === 'http'
        ? { status: 'SUCCEEDED', statusCode: 502 }
        : { status: 'FAILED', error: { ErrorType: 'BadGatewayException' } },
    );
  });

  it('comes from the second run of a handler to which an interceptor subscribes again', async () => {
    let runs = 0;
    const script: Script = async (context) => {
      runs += 1;
      // On replay the first run fails again, and the second continues.
      if (runs % 2 === 1) throw new Error('at first');
      await context.step('work', async () => 1);
      await context.wait('a day', { days: 1 });
      return 'at last';
    };
    const again = interceptor((next) => next.handle().pipe(retry(1)));
    const result = await start(script, UseInterceptors(again))[route]();
    expect(valueOf(result)).toBe('at last');
    // A second run that waits can be suspended: the end of the first holds nothing.
    expect(result).toMatchObject({ status: 'SUCCEEDED', names: ['work', 'a day'], invocations: 2 });
    expect(runs).toBe(4);
  });

  it('is made of both runs of a handler to which an interceptor subscribes twice', async () => {
    const script: Script = async (context) => {
      const value = await context.step('work', async () => 1);
      await context.wait('a day', { days: 1 });
      return value;
    };
    const twice = interceptor((next) => concat(next.handle(), next.handle()).pipe(toArray()));
    const result = await start(script, UseInterceptors(twice))[route]();
    expect(valueOf(result)).toEqual([1, 1]);
    expect(result.names).toEqual(['work', 'a day', 'work', 'a day']);
  });

  it('does not wait for a handler that an interceptor has given up', async () => {
    const impatient = interceptor((next) =>
      next.handle().pipe(
        timeout(20),
        catchError(() => throwError(() => new HttpException('too slow', 408))),
      ),
    );
    const never: Script = () => new Promise(() => undefined);
    expect(await start(never, UseInterceptors(impatient))[route]()).toMatchObject(
      route === 'http'
        ? { status: 'SUCCEEDED', statusCode: 408 }
        : { status: 'FAILED', error: { ErrorMessage: 'too slow' } },
    );
  });
});

const seen: string[] = [];

@Catch(RangeError)
class DomainFilter {
  catch(error: Error, host: ArgumentsHost): void {
    seen.push(error.message);
    if (host.getType() === 'http') host.switchToHttp().getResponse().status(409).json({ reason: error.message });
  }
}

@Catch(RangeError)
class Failing {
  catch(): never {
    throw new Error('the filter is broken');
  }
}

@Catch()
class Mute {
  catch(error: Error): void {
    seen.push(error.message);
  }
}

@Catch()
class Mapping {
  catch(): never {
    throw new ConflictException('mapped');
  }
}

@Catch(RangeError)
class Unavailable {
  catch(_error: Error, host: ArgumentsHost): void {
    host.switchToHttp().getResponse().status(503).json({});
  }
}

describe('Filters of a durable method', () => {
  const broken: Script = async (context) => {
    await context.wait('a day', { days: 1 });
    throw new RangeError('boom');
  };
  const failed = { status: 'FAILED', error: { ErrorType: 'RangeError', ErrorMessage: 'boom' } };
  beforeEach(() => (seen.length = 0));

  it.each([
    ['an answer below 500 is the response', DomainFilter, { status: 'SUCCEEDED', statusCode: 409 }],
    ['an exception below 500 too', Mapping, { status: 'SUCCEEDED', statusCode: 409 }],
    ['an answer of 500 and above fails the execution with the error', Unavailable, failed],
  ])('answer a route: %s', async (_what, filter, expected) => {
    expect(await start(broken, UseFilters(filter)).http()).toMatchObject(expected);
  });

  it('may be mute: the execution fails with the error', async () => {
    expect(await start(broken, UseFilters(Mute)).http()).toMatchObject(failed);
    expect(seen).toEqual(['boom']);
  });

  it.each([
    ['answers', DomainFilter],
    ['is mute', Mute],
    ['maps', Mapping],
    ['is made for HTTP', BaseExceptionFilter],
  ])('observe a direct call, and the error stands: one that %s', async (_what, filter) => {
    expect(await start(broken, UseFilters(filter as never)).direct()).toMatchObject(failed);
  });

  it('are not the reason when they fail, also in a controller of request scope', async () => {
    @Controller({ path: 'scoped', scope: Scope.REQUEST })
    class Scoped {
      @Get()
      @UseFilters(Failing)
      @Durable('scoped')
      run(@DurableCtx() context: DurableContext): unknown {
        return broken(context);
      }
    }
    const scoped = await runExecution(handlerOf({ controllers: [Scoped] }), apiGatewayV2({ path: '/scoped' }));
    for (const run of [await start(broken, UseFilters(Failing)).http(), scoped]) expect(run).toMatchObject(failed);
  });

  it('leave an HttpException of 500 and above what it is', async () => {
    const busy = start(() => Promise.reject(new ServiceUnavailableException('come back')));
    expect(await busy.http()).toMatchObject({ status: 'SUCCEEDED', statusCode: 503 });
  });
});

describe('A TypeError on a direct call, which has no request', () => {
  type Headers = { headers: Record<string, string> };
  const read = (context: ExecutionContext) => context.switchToHttp().getRequest<Headers>().headers['x-user'];
  const User = createParamDecorator((_data: unknown, context: ExecutionContext) => read(context));
  const pipe: PipeTransform = { transform: (value: Headers) => value.headers['x-user'] };

  @Injectable()
  class Jobs {
    @Durable('intercepted')
    @UseInterceptors({ intercept: (context, next) => (read(context), next.handle()) })
    intercepted(): void {}
    @Durable('piped')
    piped(@DurableInput(pipe) _user: string): void {}
    @Durable('decorated')
    decorated(@User() _user: string): void {}
    @Durable('own')
    async own(input: Headers, context: DurableContext): Promise<string | undefined> {
      await context.wait('a day', { days: 1 });
      return input.headers['x-user'];
    }
  }
  const handler = handlerOf({ providers: [Jobs] });

  it.each([
    ['intercepted', 'an interceptor or a provider of request scope'],
    ['piped', 'a pipe or a parameter decorator'],
    ['decorated', 'a pipe or a parameter decorator'],
  ])('is told with the remedy if it comes before the method: %s', async (name, who) => {
    const { error } = await runExecution(handler, { '@durable': name, input: {} });
    expect(error?.ErrorType).toBe('TypeError');
    expect(error?.ErrorMessage).toMatch(`thrown by ${who} on a direct call, which has no HTTP request`);
  });

  it('is left alone if the method has thrown it, after a wait too', async () => {
    const { error } = await runExecution(handler, { '@durable': 'own', input: {} });
    expect(error?.ErrorMessage).toBe("Cannot read properties of undefined (reading 'x-user')");
  });
});

describe('A route without @Durable() in a durable function', () => {
  it('answers as in a plain function, in an execution too', async () => {
    @Controller()
    class Stock {
      @Get('filtered')
      filtered(): never {
        throw new RangeError('out of stock');
      }
      @Get('broken')
      broken(): never {
        throw new Error('boom');
      }
    }
    const configure = (app: INestApplication) => void app.useGlobalFilters(new DomainFilter());
    const handler = handlerOf({ controllers: [Stock] }, { configure });
    for (const [path, statusCode] of [
      ['/filtered', 409],
      ['/broken', 500],
    ] as const) {
      const plain = await handler(apiGatewayV2({ path }), lambdaContext());
      expect(plain).toMatchObject({ statusCode });
      const { status, result } = await runExecution(handler, apiGatewayV2({ path }));
      expect({ status, result }).toEqual({ status: 'SUCCEEDED', result: plain });
    }
  });
});
