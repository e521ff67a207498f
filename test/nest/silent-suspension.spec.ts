import {
  type CallHandler,
  Controller,
  Get,
  Inject,
  Injectable,
  type NestInterceptor,
  UseInterceptors,
} from '@nestjs/common';
import { CheckpointService, Durable, type DurableContext, DurableCtx } from 'nestjs-durable-execution';
import {
  catchError,
  concat,
  defaultIfEmpty,
  endWith,
  finalize,
  firstValueFrom,
  from,
  lastValueFrom,
  materialize,
  mergeMap,
  of,
  repeat,
  retry,
  shareReplay,
  takeLast,
  tap,
  throwIfEmpty,
  timeout,
  toArray,
} from 'rxjs';
import { apiGatewayV2 } from '../fixtures/http-events.js';
import { handlerOf, runExecution } from '../fixtures/nest-execution.js';

type Stream = ReturnType<CallHandler['handle']>;
type Around = (stream: Stream, see: (what: string) => void) => Stream | Promise<Stream>;

/** What an interceptor sees of a handler that is suspended once and then returns `done`. */
const INTERCEPTORS: Record<string, [around: Around, seen: string[], result: unknown]> = {
  'lastValueFrom()': [
    async (stream, see) => {
      try {
        return of(await lastValueFrom(stream));
      } catch {
        see('error');
        return of('rewritten');
      } finally {
        see('finally');
      }
    },
    ['finally'],
    'done',
  ],
  'firstValueFrom()': [async (stream) => of(await firstValueFrom(stream, { defaultValue: 'empty' })), [], 'done'],
  'toPromise()': [
    async (stream, see) => {
      // eslint-disable-next-line @typescript-eslint/no-deprecated -- older applications use it
      const value = (await stream.toPromise()) as unknown;
      see(`saved ${String(value)}`);
      return of(value);
    },
    ['saved done'],
    'done',
  ],
  'for await': [
    async (stream, see) => {
      await stream.forEach((value) => see(String(value)));
      see('end');
      return of('logged');
    },
    ['done', 'end'],
    'logged',
  ],
  'tap()': [
    (stream, see) =>
      stream.pipe(
        tap({ next: () => see('next'), error: () => see('error'), complete: () => see('complete') }),
        tap({ unsubscribe: () => see('unsubscribed') }),
      ),
    ['unsubscribed', 'next', 'complete'],
    'done',
  ],
  'finalize()': [(stream, see) => stream.pipe(finalize(() => see('released'))), ['released', 'released'], 'done'],
  'catchError()': [(stream) => stream.pipe(catchError(() => of('caught'))), [], 'done'],
  'defaultIfEmpty()': [
    (stream, see) =>
      stream.pipe(
        defaultIfEmpty('nothing'),
        tap((value) => see(String(value))),
      ),
    ['done'],
    'done',
  ],
  'throwIfEmpty()': [
    (stream, see) =>
      stream.pipe(
        throwIfEmpty(),
        catchError(() => (see('empty'), of('rewritten'))),
      ),
    [],
    'done',
  ],
  'endWith()': [
    (stream, see) =>
      stream.pipe(
        endWith('the end'),
        tap((value) => see(String(value))),
        toArray(),
      ),
    ['done', 'the end'],
    ['done', 'the end'],
  ],
  'concat()': [(stream, see) => concat(stream, from([1])).pipe(tap((value) => see(String(value)))), ['done', '1'], 1],
  'materialize()': [
    (stream, see) =>
      stream.pipe(
        materialize(),
        tap(({ kind }) => see(kind)),
        toArray(),
        mergeMap(() => of('done')),
      ),
    ['N', 'C'],
    'done',
  ],
  'repeat()': [(stream) => stream.pipe(repeat(1)), [], 'done'],
  'retry()': [(stream) => stream.pipe(throwIfEmpty(), retry(3)), [], 'done'],
  'shareReplay()': [(stream) => stream.pipe(shareReplay(1)), [], 'done'],
  'takeLast()': [(stream) => stream.pipe(takeLast(1)), [], 'done'],
  'timeout()': [
    (stream, see) =>
      stream.pipe(
        timeout(1_000),
        catchError(() => (see('too slow'), of('too slow'))),
      ),
    [],
    'done',
  ],
};

let bodies = 0;

async function job(context: DurableContext): Promise<string> {
  bodies += 1;
  await context.wait('a day', { days: 1 });
  return 'done';
}

type Interceptors = Parameters<typeof UseInterceptors>;

/** A direct call and a route that do the same between the same interceptors. */
function applicationWith(...interceptors: Interceptors): ReturnType<typeof handlerOf> {
  @Injectable()
  class Job {
    @Durable('job')
    @UseInterceptors(...interceptors)
    run(_input: unknown, context: DurableContext): Promise<string> {
      return job(context);
    }
  }

  @Controller()
  class Route {
    @Get('job')
    @Durable('route')
    @UseInterceptors(...interceptors)
    run(@DurableCtx() context: DurableContext): Promise<string> {
      return job(context);
    }
  }
  return handlerOf({ providers: [Job], controllers: [Route] });
}

const routes = [
  ['direct', {}],
  ['http', apiGatewayV2({ path: '/job' })],
] as const;

describe.each(routes)('A suspension on the %s route is no end for an interceptor with', (_route, input) => {
  beforeEach(() => (bodies = 0));

  it.each(Object.entries(INTERCEPTORS))('%s', async (_name, [around, seen, result]) => {
    const told: string[] = [];
    const interceptor: NestInterceptor = {
      intercept: (_context, next) => around(next.handle(), (what) => told.push(what)),
    };

    const run = await runExecution(applicationWith(interceptor), input, {
      // Whatever a suspended invocation would still do.
      between: () => new Promise((resolve) => setTimeout(resolve, 20)),
    });

    expect(run).toMatchObject({ status: 'SUCCEEDED', names: ['a day'], invocations: 2 });
    expect([run.body ?? run.result, told, bodies]).toEqual([result, seen, 2]);
  });

  it('two of them, of which the outer one awaits the inner one, which is told of the suspension', async () => {
    const told: string[] = [];
    const awaiting: NestInterceptor = {
      intercept: async (_context, next) => of(`outer ${String(await lastValueFrom(next.handle()))}`),
    };
    const streaming: NestInterceptor = {
      intercept: (_context, next) =>
        next
          .handle()
          .pipe(
            timeout(1_000),
            tap({ unsubscribe: () => told.push('unsubscribed'), complete: () => told.push('complete') }),
          ),
    };

    const run = await runExecution(applicationWith(awaiting, streaming), input);
    expect(run.body ?? run.result).toBe('outer done');
    expect(told).toEqual(['unsubscribed', 'complete']);
  });

  it('one that awaits the value and holds a resource meanwhile', async () => {
    const told: string[] = [];

    @Injectable()
    class Transaction implements NestInterceptor {
      constructor(@Inject(CheckpointService) private readonly checkpoints: CheckpointService) {}

      async intercept(_context: unknown, next: CallHandler): Promise<Stream> {
        told.push('connected');
        this.checkpoints.use({ [Symbol.dispose]: () => void told.push('released') });
        const value: unknown = await lastValueFrom(next.handle());
        told.push('committed');
        return of(value);
      }
    }

    const run = await runExecution(applicationWith(Transaction), input);
    expect(run.body ?? run.result).toBe('done');
    expect(told).toEqual(['connected', 'released', 'connected', 'committed', 'released']);
  });
});
