import {
  Body,
  type CallHandler,
  Controller,
  Get,
  Inject,
  Injectable,
  type PipeTransform,
  UseInterceptors,
} from '@nestjs/common';
import { Durable, DurableContext, DurableCtx, DurableInput, Step } from 'nestjs-durable-execution';
import { catchError, defer, mergeMap, type Observable } from 'rxjs';
import { setTimeout as pause } from 'node:timers/promises';
import { apiGatewayV2 } from '../fixtures/http-events.js';
import { handlerOf, runExecution } from '../fixtures/nest-execution.js';

let failures = 0;

@Injectable()
class Audit {
  @Step({ name: 'audit', retryStrategy: () => ({ shouldRetry: true, delay: { hours: 1 } }) })
  async note(): Promise<string> {
    if (failures-- > 0) throw new Error('not now');
    return 'noted';
  }
}

/** Waits after the method, whatever that returns or throws, and notes it. */
@Injectable()
class After {
  constructor(
    @Inject(DurableContext) private readonly context: DurableContext,
    @Inject(Audit) private readonly audit: Audit,
  ) {}

  intercept(_context: unknown, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(
      mergeMap((value) => this.#noted(value)),
      catchError((error: Error) => this.#noted(error.message)),
    );
  }

  async #noted(value: unknown): Promise<unknown> {
    await this.context.wait('after', { days: 1 });
    const note = await this.audit.note();
    // Plain code, while the loser of the method's race still waits.
    await pause(50);
    return { value, note };
  }
}

async function race(context: DurableContext): Promise<string> {
  await context.wait('a day', { days: 1 });
  return Promise.race([
    // It never ends.
    context.invoke<string, string>('objection', 'arn:aws:lambda:eu-west-1:123456789012:function:jury:1', 'any?'),
    context.step('ask', async () => 'yes'),
  ]);
}

async function broken(context: DurableContext): Promise<never> {
  await context.wait('a day', { days: 1 });
  throw new RangeError('broken');
}

const strict: PipeTransform = {
  transform: () => {
    throw new RangeError('invalid');
  },
};

@Controller()
@UseInterceptors(After)
class Routes {
  @Get('invalid')
  @Durable('route: invalid')
  invalid(@Body(strict) body: unknown): unknown {
    return body;
  }
  @Get('race')
  @Durable('route: race')
  race(@DurableCtx() context: DurableContext): Promise<string> {
    return race(context);
  }
  @Get('streamed')
  @Durable('route: streamed')
  streamed(@DurableCtx() context: DurableContext): Observable<string> {
    return defer(() => race(context));
  }
  @Get('broken')
  @Durable('route: broken')
  broken(@DurableCtx() context: DurableContext): Promise<never> {
    return broken(context);
  }
}

@Injectable()
@UseInterceptors(After)
class Jobs {
  @Durable('invalid')
  invalid(@DurableInput(strict) input: unknown): unknown {
    return input;
  }
  @Durable('race')
  race(_input: unknown, context: DurableContext): Promise<string> {
    return race(context);
  }
  @Durable('streamed')
  streamed(_input: unknown, context: DurableContext): Observable<string> {
    return defer(() => race(context));
  }
  @Durable('broken')
  broken(_input: unknown, context: DurableContext): Promise<never> {
    return broken(context);
  }
}

const handler = handlerOf({ controllers: [Routes], providers: [Audit, Jobs] });

describe.each([
  ['race', 'yes', 4],
  ['streamed', 'yes', 4],
  ['broken', 'broken', 4],
  ['invalid', 'invalid', 3],
])('What an interceptor awaits after the method: %s', (name, value, invocations) => {
  it.each([
    ['a route', apiGatewayV2({ path: `/${name}` })],
    ['a direct call', { '@durable': name, input: {} }],
  ])('suspends the invocation of %s, as in the method', async (_route, input) => {
    failures = 1;
    const run = await runExecution(handler, input);
    expect(run.body ?? run.result).toEqual({ value, note: 'noted' });
    expect(run).toMatchObject({ status: 'SUCCEEDED', invocations });
  });
});
