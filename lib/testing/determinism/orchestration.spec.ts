import {
  type CallHandler,
  Controller,
  type ExecutionContext,
  Inject,
  Injectable,
  Logger,
  Module,
  type NestInterceptor,
  Post,
  type Type,
  UseInterceptors,
} from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { concatMap, from, type Observable, tap } from 'rxjs';
import { Durable } from '../../nest/decorators/durable.decorator.js';
import { DurableContext } from '../../nest/durable-context.js';
import { DurableTest } from '../nest/durable-test.js';

/** As in the documentation of Nest. */
@Injectable()
class TimeLogged implements NestInterceptor {
  readonly ends: string[] = [];

  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const startedAt = Date.now();
    const ended = (how: string) => this.ends.push(`${how} after ${Date.now() - startedAt} ms`);
    return next
      .handle()
      .pipe(tap({ next: () => ended('value'), error: () => ended('error'), complete: () => ended('end') }));
  }
}

/** Continues as orchestration code. */
@Injectable()
class Dated implements NestInterceptor {
  constructor(@Inject(DurableContext) private readonly context: DurableContext) {}

  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(concatMap((value) => this.#dated(value)));
  }

  async #dated(value: unknown): Promise<unknown> {
    const endedAt = Date.now();
    await this.context.step('note', async () => endedAt);
    await this.context.wait('a minute', { minutes: 1 });
    return [value, endedAt];
  }
}

@Injectable()
class Watched {
  readonly #logger = new Logger(Watched.name);

  constructor(@Inject(DurableContext) private readonly context: DurableContext) {}

  @Durable('ends')
  async ends({ minutes }: { minutes: number }): Promise<string> {
    this.#logger.log('started');
    this.context.logger.info('started');
    if (minutes > 0) await this.context.wait('some minutes', { minutes });
    this.#logger.warn('ends');
    return 'ended';
  }

  @Durable('fails')
  async fails({ minutes }: { minutes: number }): Promise<never> {
    await this.ends({ minutes });
    throw new Error('as it was to be');
  }

  @Durable('reads the clock')
  async readsTheClock({ minutes }: { minutes: number }): Promise<number> {
    await this.ends({ minutes });
    return Date.now();
  }

  @Durable('is continued')
  @UseInterceptors(Dated)
  continued({ minutes }: { minutes: number }): Promise<string> {
    return this.ends({ minutes });
  }

  @Durable('streams')
  streams({ minutes }: { minutes: number }): Observable<number> {
    return from([1, 2]).pipe(concatMap((count) => this.#item(count, minutes)));
  }

  async #item(count: number, minutes: number): Promise<number> {
    const startedAt = count > 1 ? Date.now() : 0;
    await this.context.wait('for an item', { minutes: minutes + 1 });
    return startedAt;
  }
}

@Controller('watched')
class WatchedRoutes {
  constructor(@Inject(Watched) private readonly watched: Watched) {}

  @Post()
  @Durable()
  place(): Promise<string> {
    return this.watched.ends({ minutes: 10 });
  }
}

@Module({
  providers: [Watched, Dated, TimeLogged, { provide: APP_INTERCEPTOR, useExisting: TimeLogged }],
  controllers: [WatchedRoutes],
})
class WatchedModule {}

/** A logger that stamps its lines, as many applications have one. */
function stampingLogger() {
  const lines: string[] = [];
  const write = (message: unknown) => void lines.push(`${new Date().toISOString()} ${String(message)}`);
  return { lines, log: write, warn: write, error: write };
}

async function findingsOf(method: keyof Watched, minutes: number): Promise<string[]> {
  await using test = await DurableTest.create(
    { imports: [WatchedModule] },
    { determinism: 'report', logger: stampingLogger() },
  );
  await (await test.start(Watched, method, { minutes })).outcome();
  return test.findings.map(({ what }) => what);
}

describe.each([0, 10])('orchestration code that waits %d minutes', (minutes) => {
  it.each(['ends', 'fails'] as const)('%s without what loggers and interceptors around it read', async (method) => {
    expect(await findingsOf(method, minutes)).toEqual([]);
  });

  it('is found where it reads the clock itself', async () => {
    expect(await findingsOf('readsTheClock', minutes)).toEqual(['Date.now()']);
  });

  it.each(['continued', 'streams'] as const)('is found where it continues after a value: %s', async (method) => {
    expect(new Set(await findingsOf(method, minutes))).toEqual(new Set(['Date.now()']));
  });
});

it('lets interceptors around a route read the clock too', async () => {
  const logger = stampingLogger();
  await using test = await DurableTest.create({ imports: [WatchedModule] }, { logger });
  const { status } = await test.request('POST', '/watched');
  expect(status).toBe(201);
  expect(logger.lines.filter((line) => line.endsWith(' ends'))).toHaveLength(1);
  expect(test.get<TimeLogged>(TimeLogged as Type<TimeLogged>).ends).toHaveLength(2);
});
