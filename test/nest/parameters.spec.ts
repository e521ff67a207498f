import {
  Body,
  Controller,
  createParamDecorator,
  type ExecutionContext,
  type INestApplicationContext,
  Injectable,
  Module,
  Param,
  type PipeTransform,
  Post,
  type Provider,
  Query,
  type Type,
  ValidationPipe,
} from '@nestjs/common';
import { APP_PIPE, ExternalContextCreator, NestFactory } from '@nestjs/core';
import {
  createLambdaHandler,
  Durable,
  DurableContext,
  DurableCtx,
  DurableInput,
  LambdaCtx,
  LambdaEvent,
} from 'nestjs-durable-execution';
import { DurableTest } from 'nestjs-durable-execution/testing';
import { lambdaContext } from '../fixtures/memory-service.js';
import { rootModule, runExecution } from '../fixtures/nest-execution.js';

async function boot(providers: Type[], controllers: Type[] = []): Promise<void> {
  @Module({ providers, controllers })
  class OrdersModule {}
  await using test = await DurableTest.create({ imports: [OrdersModule] });
  expect(test.runs).toEqual([]);
}

describe('A parameter of a @Durable() method that Nest would leave undefined', () => {
  it('fails the boot beside one with a decorator, whichever of the two it is', async () => {
    @Injectable()
    class Orders {
      @Durable()
      async place(@DurableInput() _order: object, _context: DurableContext): Promise<void> {}
    }
    @Injectable()
    class Refunds {
      @Durable()
      async pay(_refund: object, @DurableCtx() _context: DurableContext): Promise<void> {}
    }
    await expect(boot([Orders])).rejects.toThrow(
      /Nest passes undefined as parameter 2 of Orders\.place, because it has no decorator\. Put @DurableInput\(\) or @DurableCtx\(\)/,
    );
    await expect(boot([Refunds])).rejects.toThrow(/parameter 1 of Refunds\.pay/);
  });

  it('fails the boot on a route too', async () => {
    @Controller('orders')
    class Orders {
      @Post()
      @Durable()
      async place(@Body() _order: object, _context: DurableContext): Promise<void> {}
    }
    await expect(boot([], [Orders])).rejects.toThrow(/parameter 2 of Orders\.place/);
  });

  it('fails the boot if its decorator reads a request, which a direct call has not', async () => {
    @Injectable()
    class Orders {
      @Durable()
      async place(@Param('id') _id: string, @Query() _query: object): Promise<void> {}
    }
    await expect(boot([Orders])).rejects.toThrow(/Parameter [12] of Orders\.place has a decorator for HTTP requests/);
  });
});

it('Parameters with decorators of any kind, with a default, or without any decorators are received', async () => {
  const Tenant = createParamDecorator(() => 'blue');

  @Injectable()
  class Orders {
    @Durable('decorated')
    async decorated(@DurableInput() { id }: { id: string }, @Tenant() tenant: string, suffix = '!'): Promise<string> {
      return `${tenant} ${id}${suffix}`;
    }

    @Durable('plain')
    async plain(order: { id: string }, context: DurableContext): Promise<string> {
      return context.step('read', async () => order.id);
    }

    @Durable('with an option for its callers')
    async optional(order: { id: string }, _context: DurableContext, suffix?: string): Promise<string> {
      return `${order.id}${suffix}`;
    }
  }
  await using test = await DurableTest.create({ providers: [Orders] });
  expect(await (await test.start(Orders, 'decorated', { id: '7' })).result()).toBe('blue 7!');
  expect(await (await test.start(Orders, 'plain', { id: '8' })).result()).toBe('8');
  expect(await (await test.start(Orders, 'optional', { id: '9' })).result()).toBe('9undefined');
});

it('The parameters of a method that overrides another are those that it says itself', async () => {
  class Orders {
    @Durable('plain')
    async place(_order: unknown, _context: unknown): Promise<string> {
      return 'not called';
    }
    @Durable('described')
    async describe(@DurableInput() _order: unknown, @DurableCtx() _context: unknown): Promise<string> {
      return 'not called';
    }
    @LambdaEvent('sqs')
    onMessages(_event: unknown, _context: unknown): unknown {
      return 'not called';
    }
    @LambdaEvent('sns')
    onTopics(_event: unknown, _context: unknown): unknown {
      return 'not called';
    }
  }
  const seen = (context: DurableContext, { id }: { id: string }) => context.step('read', async () => id);

  @Injectable()
  class Changed extends Orders {
    @Durable('place')
    override async place(
      @DurableCtx() context: DurableContext,
      @DurableInput() order: { id: string },
    ): Promise<string> {
      return seen(context, order);
    }
    @Durable('describe')
    override async describe(
      @DurableCtx() context: DurableContext,
      @DurableInput() order: { id: string },
    ): Promise<string> {
      return seen(context, order);
    }
    @Durable('messages')
    override async onMessages(
      @DurableCtx() context: DurableContext,
      @DurableInput() event: { id: string },
    ): Promise<string> {
      return seen(context, event);
    }
    @Durable('topics')
    override async onTopics(event: { id: string }, context: DurableContext): Promise<string> {
      return seen(context, event);
    }
  }
  // A value that comes late would replace that of the other decorator.
  const late = async (value: unknown): Promise<unknown> => {
    for (let turns = 0; turns < 10; turns += 1) await Promise.resolve();
    return value;
  };
  const pipe: PipeTransform = { transform: (value, { type }) => (type === 'body' ? late(value) : value) as unknown };
  await using test = await DurableTest.create({ providers: [Changed, { provide: APP_PIPE, useValue: pipe }] });
  for (const method of ['place', 'describe', 'onMessages', 'onTopics'] as const) {
    expect(await (await test.start(Changed, method, { id: '7' } as never)).result()).toBe('7');
  }
});

/** The types of parameters are there before their decorators run, as the compiler writes them. */
function withTypes(host: Type, method: string, decorators: ReadonlyArray<[type: unknown, ParameterDecorator]>): void {
  const types = decorators.map(([type]) => type);
  Reflect.defineMetadata('design:paramtypes', types, host.prototype as object, method);
  decorators.forEach(([, decorate], index) => decorate(host.prototype as object, method, index));
}

it('The contexts are received as they are where a pipe validates what custom decorators give', async () => {
  class LambdaCall {
    awsRequestId!: string;
  }
  class Orders {
    async place(_order: object, context: DurableContext, lambda: LambdaCall): Promise<string> {
      return context.step('read', async () => typeof lambda.awsRequestId);
    }
    async plain(_order: object, context: DurableContext): Promise<string> {
      return context.step('read', async () => 'plain');
    }
    async short(order: { id: string }): Promise<string> {
      return order.id;
    }
  }
  withTypes(Orders, 'place', [
    [Object, DurableInput()],
    [DurableContext, DurableCtx()],
    [LambdaCall, LambdaCtx()],
  ]);
  Reflect.defineMetadata('design:paramtypes', [Object, DurableContext], Orders.prototype, 'plain');
  Reflect.defineMetadata('design:paramtypes', [Object], Orders.prototype, 'short');
  for (const method of ['place', 'plain', 'short'] as const) {
    const descriptor = Object.getOwnPropertyDescriptor(Orders.prototype, method)!;
    Durable(method)(Orders.prototype, method, descriptor);
    Object.defineProperty(Orders.prototype, method, descriptor);
  }
  const useValue = new ValidationPipe({ transform: true, whitelist: true, validateCustomDecorators: true });
  await using test = await DurableTest.create({ providers: [Orders, { provide: APP_PIPE, useValue }] });
  expect(await (await test.start(Orders, 'place', { id: '7' })).result()).toBe('string');
  expect(await (await test.start(Orders, 'plain', { id: '7' })).result()).toBe('plain');
  expect(await (await test.start(Orders, 'short', { id: '7' })).result()).toBe('7');
});

describe('Where Nest keeps what it knows of parameters by the names of class and method, as version 11 does', () => {
  async function applicationOf(providers: Provider[]): Promise<INestApplicationContext> {
    const app = await NestFactory.createApplicationContext(rootModule({ providers }), { logger: false });
    const known = new Map<string, unknown>();
    const keyOf = (host: object, method: string) => host.constructor.name + method.split(':').at(-1);
    const handlerMetadataStorage = {
      get: (host: object, method: string) => known.get(keyOf(host, method)),
      set: (host: object, method: string, metadata: unknown) => known.set(keyOf(host, method), metadata),
    };
    Object.assign(app.get(ExternalContextCreator), { handlerMetadataStorage });
    return app;
  }

  it.each([
    ['place', 'cancel'],
    ['cancel', 'place'],
  ])('a class receives its own, and not those of another of its name: first %s', async (...names) => {
    const classOf = (name: string, property: string): Type => {
      class Orders {
        @Durable(name)
        async run(@DurableInput(property) value: unknown): Promise<unknown> {
          return value;
        }
      }
      return Orders;
    };
    const provided = [classOf('place', 'item'), classOf('cancel', 'reason')];
    const app = await applicationOf(provided.map((useClass) => ({ provide: Symbol('orders'), useClass })));
    const handler = createLambdaHandler(app);
    const results = { place: 'hat', cancel: 'late' };
    for (const name of names as Array<keyof typeof results>) {
      const input = { '@durable': name, input: { item: 'hat', reason: 'late' } };
      expect((await runExecution(handler, input)).result).toBe(results[name]);
    }
  });

  it('a method for events knows which call it is', async () => {
    const CallType = createParamDecorator((_data: unknown, context: ExecutionContext) => context.getType<string>());
    class Orders {
      @LambdaEvent('sqs')
      @Durable('orders')
      async place(@CallType() type: string): Promise<string> {
        return type;
      }
    }
    const handler = createLambdaHandler(await applicationOf([Orders]));
    const event = { Records: [{ eventSource: 'aws:sqs', eventSourceARN: 'arn:aws:sqs:eu-west-1:1:orders' }] };
    await expect(handler(event, lambdaContext())).rejects.toThrow('not part of a durable execution');
    expect((await runExecution(handler, event)).result).toBe('durable');
  });
});
