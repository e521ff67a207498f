import {
  type CallHandler,
  Controller,
  type ExecutionContext,
  Injectable,
  Module,
  type NestInterceptor,
  Post,
  UseInterceptors,
} from '@nestjs/common';
import { RouterExecutionContext } from '@nestjs/core/router/router-execution-context.js';
import { finalize, lastValueFrom, type Observable, of } from 'rxjs';
import { createLambdaHandler, Durable, DurableCtx, DurableExecutionModule } from 'nestjs-durable-execution';
import type { DurableContext } from '../../lib/engine/context/durable-context.js';
import { apiGatewayV2 } from '../fixtures/http-events.js';
import { lambdaContext, MemoryService } from '../fixtures/memory-service.js';
import { quietLogger } from '../fixtures/quiet-logger.js';

const unwound: string[] = [];

@Injectable()
class Streaming implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(finalize(() => unwound.push('streaming')));
  }
}

/** Its promise never settles in an invocation that is suspended. */
@Injectable()
class Awaiting implements NestInterceptor {
  async intercept(_context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    try {
      return of(await lastValueFrom(next.handle()));
    } finally {
      unwound.push('awaiting');
    }
  }
}

@Controller()
class Orders {
  @Post('streaming')
  @Durable()
  @UseInterceptors(Streaming)
  async streaming(@DurableCtx() durable: DurableContext): Promise<string> {
    await durable.wait({ days: 1 });
    return 'done';
  }

  @Post('awaiting')
  @Durable()
  @UseInterceptors(Awaiting)
  async awaiting(@DurableCtx() durable: DurableContext): Promise<string> {
    await durable.wait({ days: 1 });
    return 'done';
  }

  @Post('failing')
  @Durable()
  async failing(@DurableCtx() durable: DurableContext): Promise<void> {
    await durable.wait({ days: 1 });
    throw new RangeError('no such order');
  }
}

describe('instrumentation around the router', () => {
  const failures: unknown[] = [];
  const prototype = RouterExecutionContext.prototype as unknown as {
    create(...args: unknown[]): (...call: unknown[]) => Promise<unknown>;
  };
  const { create } = prototype;

  /** As OpenTelemetry's, Datadog's and others: what a route's handler rejects with is an error. */
  beforeAll(() => {
    prototype.create = function (...args) {
      const handler = create.apply(this, args);
      return async (...call) => {
        try {
          return await handler.apply(this, call);
        } catch (error) {
          failures.push(error);
          throw error;
        }
      };
    };
  });
  afterAll(() => (prototype.create = create));
  beforeEach(() => {
    failures.length = 0;
    unwound.length = 0;
  });

  function play(path: string) {
    const client = new MemoryService(apiGatewayV2({ method: 'POST', path }));
    @Module({
      imports: [DurableExecutionModule.forRoot({ client, engine: { logger: quietLogger } })],
      controllers: [Orders],
    })
    class AppModule {}
    const handler = createLambdaHandler(AppModule, { nest: { logger: false } });
    return { client, invoke: () => handler(client.event(), lambdaContext()) };
  }

  it.each([
    ['streaming', ['streaming']],
    ['awaiting', []],
  ])('hears of no error when an invocation is suspended (%s)', async (kind, released) => {
    const { client, invoke } = play(`/${kind}`);

    expect(await invoke()).toEqual({ Status: 'PENDING' });
    await new Promise((resolve) => setImmediate(resolve));
    expect([failures, unwound]).toEqual([[], released]);

    client.passTime();
    expect(await invoke()).toMatchObject({ Status: 'SUCCEEDED' });
    expect([failures, unwound]).toEqual([[], [...released, kind]]);
  });

  it('hears of what a handler throws', async () => {
    const { client, invoke } = play('/failing');

    await invoke();
    client.passTime();
    await invoke();

    expect(failures).toEqual([expect.objectContaining({ message: 'no such order' })]);
  });
});
