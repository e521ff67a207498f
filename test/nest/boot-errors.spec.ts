import {
  Controller,
  Inject,
  Injectable,
  Logger,
  Module,
  type OnModuleInit,
  Post,
  type Provider,
  Scope,
  SetMetadata,
  type Type,
  UseFilters,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common';
import { APP_FILTER, APP_GUARD, NestFactory, REQUEST } from '@nestjs/core';
import {
  createLambdaHandler,
  Durable,
  DurableExecutionModule,
  type DurableExecutionModuleOptions,
  DurableInput,
  LambdaEvent,
  type LambdaHandlerOptions,
  Step,
} from 'nestjs-durable-execution';
import { apiGatewayV2 } from '../fixtures/http-events.js';
import { lambdaContext, MemoryService } from '../fixtures/memory-service.js';
import { quietLogger } from '../fixtures/quiet-logger.js';

@Injectable()
class Shipping {
  @Durable('ship')
  ship(): void {}
}

@Injectable()
class Parcels {
  @Durable('ship')
  send(): void {}
}

@Injectable()
class Billing {
  @Durable()
  charge(): string {
    return 'charged';
  }
}

function handlerOf(
  providers: Provider[],
  options: LambdaHandlerOptions = {},
  controllers: Type[] = [],
  forRoot: DurableExecutionModuleOptions = {},
) {
  const client = new MemoryService({});
  @Module({
    imports: [DurableExecutionModule.forRoot({ client, engine: { logger: quietLogger }, ...forRoot })],
    providers,
    controllers,
  })
  class AppModule {}
  const handler = createLambdaHandler(AppModule, { nest: { logger: false }, ...options });
  return () => handler(client.event(), lambdaContext());
}

describe('The boot of an application', () => {
  it('fails when two methods have one name', async () => {
    await expect(handlerOf([Shipping, Parcels])()).rejects.toThrow(
      /Two @Durable\(\) methods are called "ship": Shipping\.ship and Parcels\.send\. Give each its own name/,
    );
  });

  describe('of a class whose constructor has no metadata', () => {
    class Payments {
      @Step('pay')
      async pay(): Promise<void> {}
    }

    class Undecorated {
      constructor(readonly payments: Payments) {}
      @Durable('order')
      order(): void {}
    }

    class UndecoratedSteps {
      constructor(readonly payments: Payments) {}
      @Step({ name: 'refund', errors: [] })
      async refund(): Promise<void> {}
    }

    class UndecoratedOperations {
      constructor(readonly payments: Payments) {}
      @Step('refund')
      async refund(): Promise<void> {}
    }

    class UndecoratedEvents {
      constructor(readonly payments: Payments) {}
      @LambdaEvent('sqs')
      receive(): void {}
    }

    class HalfNamed {
      constructor(
        readonly billing: unknown,
        readonly payments: unknown,
      ) {}
      @Durable('order')
      order(): void {}
    }
    Inject(Billing)(HalfNamed, undefined, 0);

    it.each([Undecorated, UndecoratedSteps, UndecoratedOperations, UndecoratedEvents, HalfNamed])(
      'fails, because Nest would inject nothing, or too little, into %p',
      async (type) => {
        await expect(handlerOf([Payments, Billing, type])()).rejects.toThrow(
          new RegExp(
            `Nest would construct ${type.name} without its dependencies.*@Injectable\\(\\).*emitDecoratorMetadata`,
          ),
        );
      },
    );

    it('succeeds when a factory constructs it', async () => {
      const useFactory = () => new Undecorated(new Payments());
      await expect(handlerOf([{ provide: Undecorated, useFactory }])()).resolves.toMatchObject({ Status: 'SUCCEEDED' });
    });

    it('succeeds when @Inject() names the dependencies', async () => {
      class Named {
        readonly payments: unknown;
        constructor(payments: unknown) {
          this.payments = payments;
        }
        @Durable('order')
        order(): boolean {
          return this.payments instanceof Payments;
        }
      }
      Inject(Payments)(Named, undefined, 0);
      await expect(handlerOf([Payments, Named])()).resolves.toMatchObject({ Result: 'true' });
    });
  });

  // As @Mutation(), @ResolveField() and @ResolveReference() of @nestjs/graphql do.
  it.each([
    ['an operation', 'above', SetMetadata('graphql:resolver_type', 'Mutation')],
    ['an operation', 'below', SetMetadata('graphql:resolver_type', 'Mutation')],
    ['a field', 'above', SetMetadata('graphql:resolve_property', true)],
    ['a reference', 'above', SetMetadata('graphql:resolve_reference', true)],
  ])('fails for a GraphQL resolver of %s with its decorator %s', async (_what, where, resolver) => {
    const [above, below] = where === 'above' ? [resolver, Durable()] : [Durable(), resolver];

    @Injectable()
    class Resolver {
      @above
      @below
      pay(): void {}
    }
    await expect(handlerOf([Resolver])()).rejects.toThrow(/@Durable\(\) on Resolver\.pay: a GraphQL .* DurableClient/);
  });

  it('fails when a method of a controller has no route', async () => {
    @Controller()
    class Orders {
      @Durable()
      place(): void {}
    }
    await expect(handlerOf([], {}, [Orders])()).rejects.toThrow(/Orders\.place: a controller's method needs a route/);
  });

  it('fails when DurableExecutionModule is missing', async () => {
    @Module({})
    class Empty {}
    const handler = createLambdaHandler(Empty, { nest: { logger: false } });
    await expect(handler(new MemoryService({}).event(), lambdaContext())).rejects.toThrow(
      /DurableExecutionModule is not part of the application/,
    );
  });

  it('fails when DurableExecutionModule is imported without options', async () => {
    for (const imported of [
      DurableExecutionModule,
      DurableExecutionModule.forRootAsync({ useFactory: () => undefined as never }),
    ]) {
      @Module({ imports: [imported], providers: [Shipping] })
      class AppModule {}
      const handler = createLambdaHandler(AppModule, { nest: { logger: false } });
      await expect(handler(new MemoryService({}).event(), lambdaContext())).rejects.toThrow(
        'Import DurableExecutionModule.forRoot(), rather than the class',
      );
    }
  });

  it('fails when the options are made of a provider of request scope', async () => {
    const useFactory = () => ({});
    @Module({
      imports: [DurableExecutionModule.forRootAsync({ inject: [REQUEST], useFactory })],
      providers: [Shipping],
    })
    class AppModule {}
    const handler = createLambdaHandler(AppModule, { nest: { logger: false } });
    await expect(handler(new MemoryService({}).event(), lambdaContext())).rejects.toThrow(
      'forRootAsync() injects a provider of request scope',
    );
  });

  describe('fails when an enhancer of a class would not run', () => {
    class Refuses {
      canActivate(): boolean {
        return false;
      }
    }
    class Shapes {
      intercept(): never {
        throw new Error('not called');
      }
      transform(): unknown {
        return undefined;
      }
      catch(): void {}
    }
    class Jobs {
      @UseGuards(Refuses)
      @Durable()
      guarded(): void {}
    }
    @UseInterceptors(Shapes)
    class Shaped {
      @LambdaEvent('sqs')
      handle(): void {}
    }
    class Piped {
      @Durable()
      run(@DurableInput(Shapes) _input: unknown): void {}
    }
    class Filtered {
      @UseFilters(Shapes)
      @Durable()
      run(): void {}
    }

    it.each<[string, Type]>([
      ['The guard Refuses of Jobs.guarded', Jobs],
      ['The interceptor Shapes of Shaped.handle', Shaped],
      ['The pipe Shapes of Piped.run', Piped],
      ['The filter Shapes of Filtered.run', Filtered],
    ])('%s', async (what, host) => {
      for (const provider of [
        { provide: host, useFactory: () => new host() as object },
        { provide: 'host', useValue: new host() as object },
      ]) {
        await expect(handlerOf([provider])()).rejects.toThrow(`${what} would not run`);
      }
    });

    it('also if it is global and of request scope, unless global guards are left out', async () => {
      class Free {
        @Durable()
        run(): void {}
      }
      const providers: Provider[] = [
        { provide: 'free', useFactory: () => new Free() },
        { provide: APP_GUARD, useClass: Refuses, scope: Scope.REQUEST },
      ];
      await expect(handlerOf(providers)()).rejects.toThrow('A global guard of request scope would run for Free.run');
      const free = handlerOf(providers, {}, [], { direct: { globalGuards: false } });
      await expect(free()).resolves.toMatchObject({ Status: 'SUCCEEDED' });
    });

    it('but not for a filter of an event, as none ever runs', async () => {
      @UseFilters(Shapes)
      class Events {
        @LambdaEvent('sqs')
        handle(): void {}
      }
      const providers: Provider[] = [
        Shipping,
        { provide: 'events', useFactory: () => new Events() },
        { provide: APP_FILTER, useClass: Shapes, scope: Scope.REQUEST },
      ];
      await expect(handlerOf(providers)()).resolves.toMatchObject({ Status: 'SUCCEEDED' });
    });

    it('but not where Nest makes it, or the decorator has an instance', async () => {
      class Instances {
        @UseGuards(new Refuses())
        @Durable()
        run(): void {}
      }
      await expect(handlerOf([{ provide: 'jobs', useClass: Jobs }])()).resolves.toMatchObject({ Status: 'FAILED' });
      const factory = { provide: Instances, useFactory: () => new Instances() };
      await expect(handlerOf([factory])()).resolves.toMatchObject({ Status: 'FAILED' });
    });
  });

  it.each<[unknown, string]>([
    [undefined, 'undefined'],
    [null, 'null'],
    ['AppModule', "'AppModule'"],
    [{ AppModule: 'imported as a namespace' }, '{ AppModule:'],
    [() => class AppModule {}, '[Function'],
  ])('cannot begin without a root module (%s)', (root, shown) => {
    expect(() => createLambdaHandler(root as never)).toThrow(
      `createLambdaHandler() needs the root module, and received ${shown}`,
    );
  });

  it('fails for a promise of an application', async () => {
    const application = NestFactory.createApplicationContext(class AppModule {}, { logger: false });
    const handler = createLambdaHandler(application as never);
    await expect(handler(new MemoryService({}).event(), lambdaContext())).rejects.toThrow(
      'a promise of an application. Pass the root module, or await the application before.',
    );
  });

  it('fails when the controller of a durable route is TRANSIENT', async () => {
    @Controller({ scope: Scope.TRANSIENT })
    class Orders {
      @Post()
      @Durable()
      place(): void {}
    }
    await expect(handlerOf([], {}, [Orders])()).rejects.toThrow(
      /Orders\.place: Nest gives a controller of Scope\.TRANSIENT no/,
    );
  });

  it.each([
    [0, '0'],
    [-1, '-1'],
    [1.5, '1.5'],
    [NaN, 'NaN'],
    ['3', "'3'"],
  ])('fails when a method may fail %p times', async (most, shown) => {
    @Injectable()
    class Orders {
      @Durable({ maxFailedInvocations: most as number })
      place(): void {}
    }
    await expect(handlerOf([Orders])()).rejects.toThrow(`Orders.place: maxFailedInvocations is ${shown}.`);
  });

  it('succeeds when a method may fail without limit, also as Infinity', async () => {
    @Injectable()
    class Orders {
      @Durable({ maxFailedInvocations: Infinity })
      place(): void {}
    }
    await expect(handlerOf([Orders])()).resolves.toMatchObject({ Status: 'SUCCEEDED' });
  });

  it('fails for a client that is none, before anything has run', async () => {
    for (const client of [{}, () => undefined, { send: () => undefined }, { checkpoint: () => undefined }]) {
      @Module({ imports: [DurableExecutionModule.forRoot({ client: client as never })], providers: [Shipping] })
      class AppModule {}
      const handler = createLambdaHandler(AppModule, { nest: { logger: false } });
      await expect(handler(new MemoryService({}).event(), lambdaContext())).rejects.toThrow(
        'forRoot({ client }) needs an object with the methods checkpoint() and getExecutionState()',
      );
    }
  });

  it.each(['onModuleInit', 'onApplicationBootstrap', 'configure'])(
    'loses no line that was logged before it fails in %s, with bufferLogs',
    async (place) => {
      const lines: unknown[] = [];
      const keep = (line: unknown) => void lines.push(line);
      const failAt = (here: string) => {
        if (here !== place) return;
        new Logger().log('the database does not respond');
        throw new Error('no boot');
      };
      @Injectable()
      class Database {
        onModuleInit = () => failAt('onModuleInit');
        onApplicationBootstrap = () => failAt('onApplicationBootstrap');
      }
      const nest = { bufferLogs: true, logger: { log: keep, warn: keep, error: keep } };
      const invoke = handlerOf([Database, Shipping], { nest, configure: () => failAt('configure') });
      await expect(invoke()).rejects.toThrow('no boot');
      expect(lines).toContain('the database does not respond');
    },
  );

  it('shows its cause and is tried again at the next invocation', async () => {
    let boots = 0;
    @Injectable()
    class Database implements OnModuleInit {
      onModuleInit(): void {
        boots += 1;
        if (boots === 1) throw new Error('the database is asleep');
      }
    }
    const invoke = handlerOf([Billing, Database]);
    await expect(invoke()).rejects.toThrow('the database is asleep');
    expect(await invoke()).toEqual({ Status: 'SUCCEEDED', Result: '"charged"' });
    expect(boots).toBe(2);
  });

  it('happens once for invocations that arrive together', async () => {
    let boots = 0;
    @Injectable()
    class Database implements OnModuleInit {
      onModuleInit(): void {
        boots += 1;
      }
    }
    const invoke = handlerOf([Billing, Database]);
    await Promise.all([invoke(), invoke(), invoke()]);
    expect(boots).toBe(1);
  });
});

describe('An execution whose handler cannot be told', () => {
  const failure = (message: RegExp) => ({
    Status: 'FAILED',
    Error: { ErrorType: 'DurableConfigurationError', ErrorMessage: expect.stringMatching(message) },
  });

  it('fails when the chosen method does not exist', async () => {
    expect(await handlerOf([Billing, Shipping], { handler: 'refund' })()).toMatchObject(
      failure(/no @Durable\(\) provider method called "refund" \(option `handler`.*Known: Billing\.charge, ship\./),
    );
  });

  it('fails when the method that DURABLE_HANDLER names does not exist', async () => {
    process.env['DURABLE_HANDLER'] = 'refund';
    const invoke = handlerOf([Billing]);
    delete process.env['DURABLE_HANDLER'];
    expect(await invoke()).toMatchObject(failure(/"refund" \(environment variable DURABLE_HANDLER\)/));
  });

  it('fails when there is none', async () => {
    expect(await handlerOf([])()).toMatchObject({
      Status: 'FAILED',
      Error: { ErrorType: 'DurableConfigurationError' },
    });
  });

  it('fails when there are several and none was chosen', async () => {
    expect(await handlerOf([Billing, Shipping])()).toMatchObject({
      Status: 'FAILED',
      Error: {
        ErrorMessage: expect.stringMatching(
          /^Several @Durable\(\) methods could run this execution: Billing\.charge, ship\. .*context\.invoke\(\) with the input/,
        ),
      },
    });
  });
});

describe('The choice of the handler', () => {
  it('goes by option', async () => {
    expect(await handlerOf([Billing, Shipping], { handler: 'Billing.charge' })()).toMatchObject({
      Result: '"charged"',
    });
  });

  it('goes by environment variable', async () => {
    process.env['DURABLE_HANDLER'] = 'Billing.charge';
    const invoke = handlerOf([Billing, Shipping]);
    delete process.env['DURABLE_HANDLER'];
    expect(await invoke()).toMatchObject({ Result: '"charged"' });
  });

  it('leaves out routes', async () => {
    @Controller()
    class Orders {
      @Post()
      @Durable()
      place(): void {}
    }
    expect(await handlerOf([Billing], {}, [Orders])()).toMatchObject({ Result: '"charged"' });
  });
});

describe('The application', () => {
  it('is booted once, with its HTTP server, and never closed', async () => {
    const events: string[] = [];
    @Injectable()
    class Database {
      onModuleInit(): void {
        events.push('opened');
      }
      onModuleDestroy(): void {
        events.push('closed');
      }
    }
    const client = new MemoryService({});
    @Module({ imports: [DurableExecutionModule.forRoot({ client })], providers: [Billing, Database] })
    class AppModule {}
    const handler = createLambdaHandler(AppModule, { nest: { logger: false } });
    await handler(client.event(), lambdaContext());
    expect(events).toEqual(['opened']);
    expect(await handler(apiGatewayV2({ path: '/none' }), lambdaContext())).toMatchObject({ statusCode: 404 });
    await handler(client.event(), lambdaContext());
    expect(events).toEqual(['opened']);
  });
});

describe("Lambda's init phase", () => {
  beforeEach(() => (process.env['AWS_LAMBDA_INITIALIZATION_TYPE'] = 'on-demand'));
  afterEach(() => delete process.env['AWS_LAMBDA_INITIALIZATION_TYPE']);

  function bootsOnce(fails: boolean) {
    let boots = 0;
    let booted!: () => void;
    const firstBoot = new Promise<void>((resolve) => (booted = resolve));
    @Injectable()
    class Database implements OnModuleInit {
      onModuleInit(): void {
        boots += 1;
        booted();
        if (fails && boots === 1) throw new Error('the database is asleep');
      }
    }
    return { Database, firstBoot, count: () => boots };
  }

  it('boots for a handler that is named, once', async () => {
    const { Database, firstBoot, count } = bootsOnce(false);
    const invoke = handlerOf([Billing, Database], { handler: 'Billing.charge' });
    await firstBoot;
    expect(await invoke()).toMatchObject({ Status: 'SUCCEEDED' });
    expect(count()).toBe(1);
  });

  it('boots with HTTP when no handler is named', async () => {
    const { Database, firstBoot, count } = bootsOnce(false);
    const invoke = handlerOf([Billing, Database]);
    await firstBoot;
    expect(await invoke()).toMatchObject({ Status: 'SUCCEEDED' });
    expect(count()).toBe(1);
  });

  it('leaves a boot that failed to the first invocation, which boots again', async () => {
    const { Database, firstBoot, count } = bootsOnce(true);
    const invoke = handlerOf([Billing, Database], { handler: 'Billing.charge' });
    await firstBoot;
    await new Promise((resolve) => setImmediate(resolve));
    expect(await invoke()).toMatchObject({ Status: 'SUCCEEDED' });
    expect(count()).toBe(2);
  });
});
