import {
  type ArgumentsHost,
  BadRequestException,
  type CallHandler,
  Catch,
  Controller,
  type ExceptionFilter,
  type ExecutionContext,
  Injectable,
  Module,
  type Type,
  UseGuards,
} from '@nestjs/common';
import { APP_FILTER, APP_INTERCEPTOR } from '@nestjs/core';
import {
  createLambdaHandler,
  DurableExecutionModule,
  type DurableExecutionModuleOptions,
  LAMBDA_CONTEXT_TYPE,
  LambdaEvent,
} from 'nestjs-durable-execution';
import type { LambdaContext } from '../../lib/engine/base/lambda-context.js';
import { RewritingInterceptor } from '../fixtures/hostile-app.js';
import { lambdaContext, MemoryService } from '../fixtures/memory-service.js';
import { quietLogger } from '../fixtures/quiet-logger.js';

const arn = (service: string, resource: string) => `arn:aws:${service}:us-east-1:123456789012:${resource}`;

const events = {
  sqs: {
    Records: [{ messageId: 'm-1', body: '{}', eventSource: 'aws:sqs', eventSourceARN: arn('sqs', 'new-orders') }],
  },
  sns: { Records: [{ EventSource: 'aws:sns', Sns: { TopicArn: arn('sns', 'news'), Message: '{}' } }] },
  eventbridge: { version: '0', id: 'e-1', 'detail-type': 'Order Placed', source: 'shop', detail: {} },
  dynamodb: { Records: [{ eventSource: 'aws:dynamodb', eventSourceARN: arn('dynamodb', 'table/Orders/stream/2026') }] },
  kinesis: { Records: [{ eventSource: 'aws:kinesis', eventSourceARN: arn('kinesis', 'stream/clicks') }] },
  kafka: { eventSource: 'aws:kafka', eventSourceArn: arn('kafka', 'cluster/main/uuid'), records: { 'orders-0': [] } },
  s3: { Records: [{ eventSource: 'aws:s3', s3: { bucket: { name: 'uploads' }, object: { key: 'a' } } }] },
};

@Injectable()
class Events {
  @LambdaEvent('sqs')
  sqs(event: typeof events.sqs, context: LambdaContext): object {
    return { batchItemFailures: event.Records.map(({ messageId }) => messageId), requestId: context.awsRequestId };
  }
  @LambdaEvent('sns')
  sns(): string {
    return 'any topic';
  }
  @LambdaEvent('eventbridge', { from: 'Order Placed' })
  async eventbridge(): Promise<string> {
    return 'placed';
  }
  @LambdaEvent('eventbridge')
  otherEventbridge(): string {
    return 'other';
  }
  @LambdaEvent('dynamodb', { from: 'Orders' })
  dynamodb(): string {
    return 'orders table';
  }
  @LambdaEvent('kinesis', { from: 'clicks' })
  kinesis(): string {
    return 'clicks';
  }
  @LambdaEvent('kafka', { from: 'orders' })
  kafka(): string {
    return 'orders topic';
  }
  @LambdaEvent('s3', { from: 'uploads' })
  s3(): never {
    throw new RangeError('no such image');
  }
}

const seen: string[] = [];

@Injectable()
class RefusingGuard {
  canActivate(context: ExecutionContext): boolean {
    seen.push(`${context.getType<string>()} ${context.getArgByIndex<typeof events.sqs>(0).Records.length}`);
    return false;
  }
}

@Catch()
class SwallowingFilter implements ExceptionFilter {
  catch(_exception: unknown, _host: ArgumentsHost): object {
    return { swallowed: true };
  }
}

@Injectable()
class Wrapping {
  intercept(_context: ExecutionContext, next: CallHandler) {
    seen.push('interceptor');
    return next.handle();
  }
}

function start(providers: object[], controllers: Type[] = [], options: DurableExecutionModuleOptions = {}) {
  const imports = [DurableExecutionModule.forRoot({ client: new MemoryService({}), ...options })];
  @Module({ imports, providers: providers as [], controllers })
  class AppModule {}
  const handler = createLambdaHandler(AppModule, { nest: { logger: false } });
  return (event: unknown) => handler(event, lambdaContext());
}

const hostile = [
  { provide: APP_FILTER, useClass: SwallowingFilter },
  { provide: APP_INTERCEPTOR, useClass: RewritingInterceptor },
];

beforeEach(() => (seen.length = 0));

describe.each([
  ['plain', []],
  ['hostile', hostile],
])('@LambdaEvent() in a %s application', (_app, enhancers) => {
  it.each([
    ['sns', events.sns, 'any topic'],
    ['eventbridge', events.eventbridge, 'placed'],
    ['eventbridge', { ...events.eventbridge, 'detail-type': 'Order Lost' }, 'other'],
    ['dynamodb', events.dynamodb, 'orders table'],
    ['kinesis', events.kinesis, 'clicks'],
    ['kafka', events.kafka, 'orders topic'],
  ])('hands an event of %s to its method', async (_source, event, answer) => {
    expect(await start([Events, ...enhancers])(event)).toBe(answer);
  });

  it('answers Lambda with what the method returned', async () => {
    const answer = await start([Events, ...enhancers])(events.sqs);
    expect(answer).toEqual({ batchItemFailures: ['m-1'], requestId: 'request-1' });
  });

  it('fails the invocation with what the method threw', async () => {
    await expect(start([Events, ...enhancers])(events.s3)).rejects.toThrow(new RangeError('no such image'));
  });

  it('fails the invocation when a guard refuses', async () => {
    @Injectable()
    class Guarded {
      @LambdaEvent('sqs', { from: arn('sqs', 'new-orders') })
      @UseGuards(RefusingGuard)
      onOrder(): void {}
    }
    await expect(start([Guarded as Type, ...enhancers])(events.sqs)).rejects.toMatchObject({ status: 403 });
    expect(seen).toEqual([`${LAMBDA_CONTEXT_TYPE} 1`]);
  });
});

describe('@LambdaEvent()', () => {
  it('runs interceptors', async () => {
    await start([Events, { provide: APP_INTERCEPTOR, useClass: Wrapping }])(events.sns);
    expect(seen).toEqual(['interceptor']);
  });

  it('fails the invocation, and names the remedy, for an event that no method is for', async () => {
    await expect(start([])(events.sqs)).rejects.toThrow(
      `An event of sqs from "new-orders" arrived, but no provider has a method for it. Put @LambdaEvent('sqs')`,
    );
    await expect(start([])({ hello: 'world' })).rejects.toThrow('The event is from an unknown source');
  });

  it.each([
    ['throws', ({ source }: { source: string }) => source === 'warm-up', 'has thrown TypeError'],
    ['is async', async () => false, 'has returned a promise'],
  ])('fails the invocation where its function %s, and names it', async (_what, matches, how) => {
    @Injectable()
    class Pings {
      @LambdaEvent(matches as never)
      ping(): void {}
    }
    await expect(start([Pings])(null)).rejects.toThrow(`selects the events of Pings.ping ${how}`);
  });

  it('is refused where its events would be others than it says', async () => {
    for (const source of ['sqz', undefined]) {
      expect(() => LambdaEvent(source as never)).toThrow('names no known source');
    }
    expect(() => {
      class Both {
        @LambdaEvent('sqs')
        @LambdaEvent('sns')
        onBoth(): void {}
      }
      return Both;
    }).toThrow('Both.onBoth has two decorators for events');
    @Controller()
    class Queue {
      @LambdaEvent('sqs')
      onBatch(): void {}
    }
    await expect(start([], [Queue])(events.sqs)).rejects.toThrow(
      'Queue.onBatch is for Lambda events, and on a controller',
    );
  });

  it.each(['', undefined])(
    'takes no events of its source where `from` is %j, and lets the others go on',
    async (from) => {
      @Injectable()
      class Queues {
        @LambdaEvent('sqs', { from } as never)
        first(): void {}

        @LambdaEvent('sqs', { from } as never)
        second(): void {}

        @LambdaEvent('sqs', { from: 'known' })
        known(): string {
          return 'known';
        }
      }
      const handler = start([Queues]);
      const fromKnown = { Records: [{ ...events.sqs.Records[0], eventSourceARN: arn('sqs', 'known') }] };
      expect(await handler(fromKnown)).toBe('known');
      await expect(handler(events.sqs)).rejects.toThrow(
        'Queues.first is for events of sqs, but its `from` is empty: is an environment variable missing?',
      );
    },
  );

  it('may stand only once for the same events', async () => {
    @Injectable()
    class Twice {
      @LambdaEvent('s3', { from: 'uploads' })
      again(): void {}
    }
    await expect(start([Events, Twice])(events.s3)).rejects.toThrow(
      `Two @LambdaEvent('s3') methods are for the same events from "uploads": Events.s3 and Twice.again.`,
    );
  });
});

describe('@LambdaEvent() whose event is the input of an execution', () => {
  class LedgerBusy extends Error {
    override readonly name = 'LedgerBusy';
  }

  function failingWith(failure: unknown, options: DurableExecutionModuleOptions = {}): Promise<unknown> {
    @Injectable()
    class Queue {
      @LambdaEvent('sqs')
      onBatch(): never {
        throw failure;
      }
    }
    const client = new MemoryService(events.sqs);
    return start([Queue], [], { client, engine: { logger: quietLogger }, ...options })(client.event());
  }

  it('fails it with the reasons of an HttpException, as a durable method does', async () => {
    const outcome = await failingWith(new BadRequestException(['no id', 'no price']));
    expect(outcome).toMatchObject({
      Status: 'FAILED',
      Error: { ErrorType: 'BadRequestException', ErrorMessage: 'no id; no price' },
    });
  });

  it('has the invocation retried where a rule of the application says so', async () => {
    const errors = [{ name: 'LedgerBusy', decide: 'retry-invocation' }] as const;
    await expect(failingWith(new LedgerBusy('busy'), { errors })).rejects.toThrow('busy. The rule LedgerBusy');
    await expect(failingWith(new LedgerBusy('busy'))).resolves.toMatchObject({ Status: 'FAILED' });
  });
});
