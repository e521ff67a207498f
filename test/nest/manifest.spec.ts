import { Controller, forwardRef, Get, Inject, Injectable, Module, Post, UseGuards } from '@nestjs/common';
import type { ModuleMetadata } from '@nestjs/common';
import {
  CompletesCallback,
  createLambdaHandler,
  Durable,
  DurableClient,
  DurableControlClient,
  DurableExecutionModule,
  DurableHealthIndicator,
  LambdaEvent,
} from 'nestjs-durable-execution';
import { readManifest } from 'nestjs-durable-execution/manifest';

@Injectable()
class Orders {
  constructor() {
    throw new Error('The manifest constructs nothing.');
  }

  @Durable('fulfil-order')
  fulfil(): string {
    return 'fulfilled';
  }

  @Durable()
  refund(): string {
    return 'refunded';
  }

  @LambdaEvent('sqs', { from: 'new-orders' })
  onOrders(): void {}
}

@Controller('orders')
class OrdersController {
  constructor(@Inject(DurableClient) private readonly durable: DurableClient) {}

  @Get()
  list(): string {
    return String(this.durable);
  }

  @Post(':callbackId/approval')
  @CompletesCallback({ signature: { secret: 'secret' } })
  approve(): object {
    return {};
  }

  @Durable()
  @Post('slow')
  slow(): string {
    return 'done';
  }
}

const functions = {
  'fulfil-order': 'fulfil-order:live',
  'Orders.refund': 'arn:aws:lambda:eu-west-1:123456789012:function:refunds:7',
};

@Module({
  imports: [DurableExecutionModule.forRoot({ functions })],
  providers: [Orders],
  controllers: [OrdersController],
})
class Shop {}

describe('readManifest', () => {
  it('tells handlers, routes and events, and constructs nothing', async () => {
    const { handlers, routes, events, warnings } = await readManifest({ handler: createLambdaHandler(Shop) });

    expect(handlers).toEqual([
      { name: 'fulfil-order', at: 'Orders.fulfil', nameIsExplicit: true, route: 'direct' },
      { name: 'Orders.refund', at: 'Orders.refund', nameIsExplicit: false, route: 'direct' },
      { name: 'OrdersController.slow', at: 'OrdersController.slow', nameIsExplicit: false, route: 'http' },
    ]);
    const route = { durable: false, completesCallbacks: false };
    expect(routes).toEqual([
      { ...route, at: 'OrdersController.list', method: 'GET', path: '/orders' },
      {
        ...route,
        at: 'OrdersController.approve',
        method: 'POST',
        path: '/orders/:callbackId/approval',
        completesCallbacks: true,
      },
      { ...route, at: 'OrdersController.slow', method: 'POST', path: '/orders/slow', durable: true },
    ]);
    expect(events).toEqual([{ at: 'Orders.onOrders', source: 'sqs', from: 'new-orders' }]);
    expect(warnings).toEqual([
      expect.stringContaining('Orders.refund has no explicit name'),
      expect.stringContaining('OrdersController.slow has no explicit name'),
    ]);
  });

  it('tells what each exported handler runs, and the environment that chooses', async () => {
    const { functions: found, environment } = await readManifest({
      all: createLambdaHandler(Shop),
      one: createLambdaHandler(Shop, { handler: 'fulfil-order', handlers: ['fulfil-order'] }),
      other: 'not a handler',
    });

    expect(found).toEqual([
      { export: 'all', handlers: ['fulfil-order', 'Orders.refund', 'OrdersController.slow'], http: true },
      { export: 'one', handlers: ['fulfil-order'], defaultHandler: 'fulfil-order', http: false },
    ]);
    expect(environment).toMatchObject([{ name: 'DURABLE_HANDLER', values: ['fulfil-order', 'Orders.refund'] }]);
  });

  it('gives each role what it needs, and no more', async () => {
    const { iam } = await readManifest({ Shop });
    const sub = 'arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function';
    const refunds = 'arn:aws:lambda:eu-west-1:123456789012:function:refunds';

    expect(Object.keys(iam)).toEqual(['durableFunction', 'starter', 'callbackSender']);
    expect(iam.durableFunction).toEqual([
      {
        Sid: 'DurableExecution',
        Effect: 'Allow',
        Action: ['lambda:CheckpointDurableExecution', 'lambda:GetDurableExecutionState'],
        Resource: [`${sub}:\${FunctionName}:*`],
      },
    ]);
    expect(iam.starter?.map(({ Action, Resource }) => [Action, Resource])).toEqual([
      [['lambda:InvokeFunction'], [`${sub}:fulfil-order:live`, `${refunds}:7`]],
      [['lambda:GetDurableExecution'], [`${sub}:fulfil-order:*`, `${refunds}:*`]],
      [
        ['lambda:ListDurableExecutionsByFunction'],
        [`${sub}:fulfil-order`, `${sub}:fulfil-order:live`, refunds, `${refunds}:7`],
      ],
    ]);
  });

  it('gives an operator its rights, whatever way it injects the client', async () => {
    @Injectable()
    class Operators {
      @Inject(DurableControlClient) readonly control!: DurableControlClient;
    }
    @Module({ imports: [DurableExecutionModule.forRoot()], providers: [Operators] })
    class Console {}

    const { iam } = await readManifest({ Console });

    expect(Object.keys(iam)).toEqual(['operator', 'callbackSender']);
    expect(iam.operator?.[0]?.Action).toContain('lambda:PauseDurableExecution');
  });

  it('finds the clients that factories, aliases, guards and interceptors inject', async () => {
    @Injectable()
    class Permitted {
      constructor(@Inject(forwardRef(() => DurableControlClient)) readonly control: DurableControlClient) {}
      canActivate(): boolean {
        return true;
      }
    }
    @Controller()
    class Guarded {
      @Get()
      @UseGuards(Permitted)
      page(): string {
        return 'page';
      }
    }
    const factory = { provide: 'made', inject: [{ token: DurableClient, optional: true }], useFactory: () => 1 };
    class Named {
      static readonly type = Named;
    }
    const named = [Named, { provide: 'named', inject: [Named], useFactory: () => 1 }];
    const alias = { provide: 'durable', useExisting: DurableClient };
    const rolesOf = async (metadata: ModuleMetadata) => {
      @Module({ ...metadata, imports: [DurableExecutionModule.forRoot()] })
      class App {}
      return Object.keys((await readManifest({ App })).iam);
    };

    expect(await rolesOf({ controllers: [Guarded] })).toEqual(['operator', 'callbackSender']);
    expect(await rolesOf({ providers: [factory] })).toEqual(['starter']);
    expect(await rolesOf({ providers: [alias] })).toEqual(['starter']);
    expect(await rolesOf({ providers: named })).toEqual([]);
    expect(await rolesOf({ providers: [Orders] })).toEqual(['durableFunction']);
  });

  it('lets a health check list executions, and nothing else', async () => {
    @Injectable()
    class Health {
      constructor(@Inject(DurableHealthIndicator) readonly durable: DurableHealthIndicator) {}
    }
    @Module({ imports: [DurableExecutionModule.forRoot()], providers: [Health, DurableHealthIndicator] })
    class App {}

    const { iam } = await readManifest({ App });

    expect(Object.keys(iam)).toEqual(['healthCheck']);
    expect(iam.healthCheck?.flatMap(({ Action }) => Action)).toEqual(['lambda:ListDurableExecutionsByFunction']);
  });

  it('names the rights of what DurableClient does beyond starting and reading', async () => {
    const { notDerivable } = await readManifest({ Shop });

    for (const action of ['GetDurableExecutionHistory', 'StopDurableExecution', 'SendDurableExecutionCallbackSuccess'])
      expect(notDerivable).toContainEqual(expect.stringContaining(`lambda:${action}`));
  });

  it('says what it cannot know of options that a factory makes', async () => {
    @Module({
      imports: [DurableExecutionModule.forRootAsync({ useFactory: () => ({ functions }) })],
      providers: [Orders],
    })
    class Later {}

    const { notDerivable } = await readManifest({ Later });

    expect(notDerivable).toContainEqual(expect.stringContaining('forRootAsync()'));
    expect((await readManifest({ Shop })).notDerivable).not.toContainEqual(expect.stringContaining('forRootAsync()'));
  });

  it.each([
    [{}, undefined, /exports neither a handler of createLambdaHandler\(\) nor a class with @Module\(\)/],
    [Shop as never, undefined, /needs the root module .* by their names: readManifest\(\{ AppModule \}\)/],
    [undefined as never, undefined, /needs the root module/],
    [{ Shop, Orders: Shop }, 'Nope', /There is no export Nope; there are Shop, Orders/],
  ])('refuses what is no application: %#', async (exports, name, message) => {
    await expect(readManifest(exports, name)).rejects.toThrow(message);
  });
});
