import { jest } from '@jest/globals';
import {
  Body,
  type CallHandler,
  Controller,
  Get,
  Inject,
  Injectable,
  type OnModuleInit,
  Post,
  Res,
  Scope,
  type Type,
  UseGuards,
} from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { RouterExecutionContext } from '@nestjs/core/router/router-execution-context.js';
import {
  ChildContext,
  CompletesCallback,
  Durable,
  DurableContext,
  DurableCtx,
  DurableInput,
  LambdaEvent,
  Step,
} from 'nestjs-durable-execution';
import { catchError, of } from 'rxjs';
import { apiGatewayV2 } from '../fixtures/http-events.js';
import { lambdaContext } from '../fixtures/memory-service.js';
import { handlerOf, runExecution } from '../fixtures/nest-execution.js';

/** As those for audits, caches and transactions: replaces the method, and forgets what was said of it. */
const audited = (): MethodDecorator => (_target, _key, descriptor: PropertyDescriptor) => {
  const method = descriptor.value as (...args: unknown[]) => unknown;
  descriptor.value = function (this: unknown, ...args: unknown[]) {
    return method.apply(this, args);
  };
};

/** A provider whose only method has these decorators, the innermost first. */
function hostWith(decorators: MethodDecorator[]): Type {
  @Injectable()
  class Host {
    async run(input: unknown): Promise<unknown> {
      return input;
    }
  }
  for (const decorate of decorators) {
    const descriptor = Object.getOwnPropertyDescriptor(Host.prototype, 'run')!;
    decorate(Host.prototype, 'run', descriptor);
    Object.defineProperty(Host.prototype, 'run', descriptor);
  }
  return Host;
}

const step = Step() as MethodDecorator;
const child = ChildContext() as MethodDecorator;

describe('A decorator that replaces the method', () => {
  it.each<[string, MethodDecorator[]]>([
    ['above', [Durable('job'), audited()]],
    ['below', [audited(), Durable('job')]],
    ['twice above', [Durable('job'), audited(), audited()]],
  ])('leaves @Durable() what it is, %s', async (_where, decorators) => {
    const run = await runExecution(handlerOf({ providers: [hostWith(decorators)] }), { '@durable': 'job', input: 7 });
    expect(run).toMatchObject({ status: 'SUCCEEDED', result: 7 });
  });

  it('leaves a durable route and its steps what they are, above and below', async () => {
    let charges = 0;
    @Injectable()
    class Payments {
      @audited()
      @Step()
      @audited()
      async charge(): Promise<number> {
        return (charges += 1);
      }
    }
    @Controller()
    class Orders {
      constructor(
        readonly payments: Payments,
        readonly context: DurableContext,
      ) {}

      @Post('order')
      @audited()
      @Durable('order')
      @audited()
      async order(): Promise<unknown> {
        const charge = await this.payments.charge();
        await this.context.wait('a day', { days: 1 });
        return { charge };
      }
    }
    Reflect.defineMetadata('design:paramtypes', [Payments, DurableContext], Orders);
    const handler = handlerOf({ controllers: [Orders], providers: [Payments] });
    const run = await runExecution(handler, apiGatewayV2({ method: 'POST', path: '/order' }));
    expect(run).toMatchObject({ status: 'SUCCEEDED', body: { charge: 1 }, invocations: 2 });
    expect(charges).toBe(1);
  });

  it('leaves no guard out that is below it, on both routes', async () => {
    class Refuses {
      canActivate(): boolean {
        return false;
      }
    }
    @Controller()
    class Routes {
      @audited()
      @Post('orders')
      @UseGuards(new Refuses())
      @Durable('route')
      order(): string {
        return 'placed';
      }
    }
    const guarded = hostWith([Durable('job'), UseGuards(new Refuses()), audited()]);
    const handler = handlerOf({ providers: [guarded], controllers: [Routes] });
    expect(await runExecution(handler, { '@durable': 'job' })).toMatchObject({ status: 'FAILED', names: [] });
    const request = apiGatewayV2({ method: 'POST', path: '/orders' });
    expect(await runExecution(handler, request)).toMatchObject({ status: 'SUCCEEDED', statusCode: 403 });

    const unmade = handlerOf({ providers: [hostWith([Durable('job'), UseGuards(Refuses), audited()])] });
    await expect(runExecution(unmade, { '@durable': 'job' })).rejects.toThrow(
      'The guard Refuses of Host.run would not run',
    );
  });

  it('leaves no guard of an event out that is below it', async () => {
    class Refuses {
      canActivate(): boolean {
        return false;
      }
    }
    const receives = (guard: object) =>
      handlerOf({ providers: [hostWith([LambdaEvent('sqs'), UseGuards(guard as Refuses), audited()])] });
    const event = { Records: [{ eventSource: 'aws:sqs', messageId: '1', body: 'x' }] };
    await expect(receives(new Refuses())(event, lambdaContext())).rejects.toThrow('Forbidden');
    await expect(receives(Refuses)(event, lambdaContext())).rejects.toThrow(
      'The guard Refuses of Host.run would not run',
    );
  });

  it('leaves each heir of a class its own name', async () => {
    abstract class Job {
      abstract readonly of: string;

      @audited()
      @Durable()
      async run(): Promise<string> {
        return this.of;
      }
    }
    @Injectable()
    class Import extends Job {
      readonly of = 'import';
    }
    @Injectable()
    class Export extends Job {
      readonly of = 'export';
    }
    const handler = handlerOf({ providers: [Import, Export] });
    expect(await runExecution(handler, { '@durable': 'Import.run' })).toMatchObject({ result: 'import' });
    expect(await runExecution(handler, { '@durable': 'Export.run' })).toMatchObject({ result: 'export' });
  });

  it('leaves @LambdaEvent() what it is', async () => {
    const handler = handlerOf({ providers: [hostWith([LambdaEvent((event) => 'ping' in event), audited()])] });
    await expect(handler({ ping: 1 }, lambdaContext())).resolves.toEqual({ ping: 1 });
  });

  it('lets no interceptor swallow what @LambdaEvent() throws', async () => {
    @Injectable()
    class Queue {
      @audited()
      @LambdaEvent((event) => 'ping' in event)
      async ping(): Promise<void> {
        throw new RangeError('lost');
      }
    }
    const swallow = {
      intercept: (_context: unknown, next: CallHandler) => next.handle().pipe(catchError(() => of('fine'))),
    };
    const handler = handlerOf({ providers: [Queue, { provide: APP_INTERCEPTOR, useValue: swallow }] });
    await expect(handler({ ping: 1 }, lambdaContext())).rejects.toThrow('lost');
  });
});

describe('An instance with a function of its own in place of a method', () => {
  /** As in `this.run = this.run.bind(this)`, or as libraries for aspects do when the application boots. */
  function bind<T extends object>(instance: T, name: keyof T): void {
    const method = instance[name] as (...args: unknown[]) => unknown;
    Object.assign(instance, { [name]: (...args: unknown[]) => method.apply(instance, args) });
  }

  it('is as durable as its class says, on both routes', async () => {
    let charges = 0;
    @Injectable()
    class Payments {
      constructor() {
        bind(this, 'charge');
      }
      @Step()
      async charge(): Promise<number> {
        return (charges += 1);
      }
    }
    @Injectable()
    class Jobs implements OnModuleInit {
      constructor(
        @Inject(Payments) readonly payments: Payments,
        @Inject(DurableContext) readonly context: DurableContext,
      ) {}
      onModuleInit(): void {
        bind(this, 'run');
      }
      @Durable()
      async run(@DurableInput('id') id: number): Promise<unknown> {
        const charge = await this.payments.charge();
        await this.context.wait('a day', { days: 1 });
        return { id, charge };
      }
    }
    @Controller()
    class Routes {
      constructor(
        @Inject(Payments) readonly payments: Payments,
        @Inject(DurableContext) readonly context: DurableContext,
      ) {
        bind(this, 'run');
      }
      @Post('run')
      @Durable()
      async run(@Body('id') id: number): Promise<unknown> {
        return Jobs.prototype.run.call(this as unknown as Jobs, id);
      }
    }
    const parts = { providers: [Payments, Jobs], controllers: [Routes] };
    const handler = handlerOf(parts, { handlers: ['Jobs.run', 'Routes.run'] });
    const run = await runExecution(handler, { id: 7 });
    expect(run).toMatchObject({ status: 'SUCCEEDED', result: { id: 7, charge: 1 }, names: ['charge', 'a day'] });
    const request = apiGatewayV2({ method: 'POST', path: '/run', body: { id: 8 } });
    expect(await runExecution(handler, request)).toMatchObject({ status: 'SUCCEEDED', body: { id: 8, charge: 2 } });
    expect(await handler(request, lambdaContext())).toMatchObject({ statusCode: 501 });
  });

  describe('that is bound', () => {
    class Bound {
      constructor() {
        for (const name of ['run', 'silent', 'complete'] as const)
          this[name] = Object.freeze(this[name].bind(this)) as never;
        Object.defineProperty(this, 'unread', { enumerable: true, get: unread });
      }
      @Get('run')
      @Durable()
      async run(@DurableCtx() context: DurableContext): Promise<string> {
        await context.wait('a day', { days: 1 });
        return context.step('only', async () => 'done');
      }
      @Get('silent')
      @Durable()
      async silent(@Res() _response: unknown): Promise<void> {}
      @Post('hooks/:callbackId')
      @CompletesCallback({ signature: { secret: 'key' } })
      complete(): void {}
      @Get('plain')
      plain(): string {
        return 'plain';
      }
    }
    function unread(): never {
      throw new Error('It is not connected.');
    }
    const get = (path: string) => apiGatewayV2({ path });
    const webhook = apiGatewayV2({ method: 'POST', path: '/hooks/7' });

    it('is known by the name of the method, ends its response, and checks signatures', async () => {
      @Controller()
      class Routes extends Bound {}
      const boot = () => handlerOf({ controllers: [Routes] }, { handlers: ['Routes.run', 'Routes.silent'] });
      const handler = boot();
      for (const handlerAt of [() => handler, boot]) {
        const run = await runExecution(handler, get('/run'), { handlerAt });
        expect(run).toMatchObject({ statusCode: 200, body: 'done', invocations: 2 });
      }
      const silent = await runExecution(handler, get('/silent'));
      expect(silent).toMatchObject({
        status: 'FAILED',
        error: { ErrorMessage: expect.stringContaining('its response has not') },
      });
      expect(await handler(webhook, lambdaContext())).toMatchObject({ statusCode: 401 });
      expect(await handler(get('/plain'), lambdaContext())).toMatchObject({ statusCode: 200, body: 'plain' });
    });

    it('is refused in a controller of request scope, on durable routes and webhooks', async () => {
      @Controller({ path: '', scope: Scope.REQUEST })
      class Routes extends Bound {}
      const handler = handlerOf({ controllers: [Routes] });
      const problem = 'Routes.run: the instance has another function in place of this method';
      expect(await runExecution(handler, get('/run'))).toMatchObject({
        status: 'FAILED',
        error: { ErrorMessage: expect.stringContaining(problem) },
      });
      expect(await handler(get('/run'), lambdaContext())).toMatchObject({ statusCode: 500 });
      expect(await handler(webhook, lambdaContext())).toMatchObject({ statusCode: 500 });
      expect(await handler(get('/plain'), lambdaContext())).toMatchObject({ statusCode: 200, body: 'plain' });
    });
  });

  it('leaves a plain route what it is if the constructor has bound only that, in request scope', async () => {
    @Controller({ path: '', scope: Scope.REQUEST })
    class Routes {
      constructor() {
        this.plain = this.plain.bind(this);
      }
      @Get('run')
      @Durable()
      async run(): Promise<void> {}
      @Get('plain')
      plain(): string {
        return 'plain';
      }
    }
    const handler = handlerOf({ controllers: [Routes] });
    expect(await handler(apiGatewayV2({ path: '/plain' }), lambdaContext())).toMatchObject({ body: 'plain' });
  });

  afterEach(() => jest.restoreAllMocks());

  it.each([{ isWrapped: false }, { isWrapped: true }])(
    'is refused in request scope if it came after the boot (routes wrapped: $isWrapped)',
    async ({ isWrapped }) => {
      if (isWrapped) wrapRoutes();
      @Controller({ path: '', scope: Scope.REQUEST })
      class Routes {
        @Get('run')
        @UseGuards({ canActivate: () => false })
        @Durable()
        async run(): Promise<void> {}
        @Get('plain')
        plain(): void {}
      }
      const handler = handlerOf({ controllers: [Routes] });
      const plain = () => handler(apiGatewayV2({ path: '/plain' }), lambdaContext());
      expect(await plain()).toMatchObject({ statusCode: 200 });
      jest.spyOn(Routes.prototype, 'run');
      expect(await runExecution(handler, apiGatewayV2({ path: '/run' }))).toMatchObject({
        status: 'FAILED',
        error: { ErrorMessage: expect.stringContaining('Routes.run: the instance has another function') },
      });
      expect(Routes.prototype.run).not.toHaveBeenCalled();
      expect(await plain()).toMatchObject({ statusCode: 200 });
    },
  );

  it('must not be in place of two methods, for it can only have the guards of one', async () => {
    const shared = async (): Promise<void> => undefined;
    @Controller('one')
    class One {
      constructor() {
        this.run = shared;
      }
      @Get()
      @Durable()
      async run(): Promise<void> {}
    }
    @Controller('two')
    class Two {
      constructor() {
        this.run = shared;
      }
      @Get()
      @UseGuards({ canActivate: () => false })
      @Durable()
      async run(): Promise<void> {}
    }
    const run = (controllers: Type[]) => runExecution(handlerOf({ controllers }), apiGatewayV2({ path: '/one' }));
    expect(await run([One])).toMatchObject({ status: 'SUCCEEDED' });
    await expect(run([One, Two])).rejects.toThrow('Two.run: the instance has the function of One.run in place');
  });

  it('may be a spy from one direct call to the next, with the guards of the method', async () => {
    let asked = 0;
    class Jobs {
      @UseGuards({ canActivate: () => (asked += 1) > 0 })
      @Durable()
      async run(): Promise<string> {
        return 'done';
      }
    }
    const jobs = new Jobs();
    const handler = handlerOf({ providers: [{ provide: Jobs, useValue: jobs }] });
    const result = async () => (await runExecution(handler, {})).result;
    expect(await result()).toBe('done');
    jest.spyOn(jobs, 'run').mockResolvedValue('spied');
    expect(await result()).toBe('spied');
    jest.restoreAllMocks();
    expect(await result()).toBe('done');
    expect(asked).toBe(3);
  });

  it('must be a function, and of one method, on a direct call too', async () => {
    class Jobs {
      @Durable()
      async one(): Promise<void> {}
      @Durable()
      async two(): Promise<void> {}
    }
    const run = (replaced: object) =>
      runExecution(handlerOf({ providers: [{ provide: Jobs, useValue: Object.assign(new Jobs(), replaced) }] }), {});
    const shared = jest.fn();
    await expect(run({ one: shared, two: shared })).rejects.toThrow(
      'Jobs.two: the instance has the function of Jobs.one',
    );
    await expect(run({ two: undefined })).rejects.toThrow('Jobs.two: the instance has undefined in place');
  });
});

/** As OpenTelemetry does: the function that Nest calls is in none of the places of the instance. */
function wrapRoutes(): void {
  const prototype = RouterExecutionContext.prototype as unknown as {
    create(instance: object, called: (...args: unknown[]) => unknown, ...rest: unknown[]): unknown;
  };
  const { create } = prototype;
  jest.spyOn(prototype, 'create').mockImplementation(function (this: unknown, instance, called, ...rest) {
    const wrapper = (...args: unknown[]): unknown => called.apply(instance, args);
    copyMetadata(called, wrapper);
    return create.call(this, instance, wrapper, ...rest);
  });
}

function copyMetadata(method: object, wrapper: object): void {
  for (const key of Reflect.getMetadataKeys(method))
    Reflect.defineMetadata(key, Reflect.getMetadata(key, method), wrapper);
}

describe('An instance that is a proxy, with another function at each look', () => {
  /** As tools for tracing put one around each instance. */
  function traced<T extends object>(instance: T, copy: (method: object, wrapper: object) => void = () => undefined): T {
    const get = (target: T, name: string): unknown => {
      const member = Reflect.get(target, name) as unknown;
      if (typeof member !== 'function' || name === 'constructor') return member;
      const wrapper = (...args: unknown[]): unknown => member.apply(target, args);
      copy(member, wrapper);
      return wrapper;
    };
    return new Proxy(instance, { get } as ProxyHandler<T>);
  }
  let asked = 0;
  const guard = { canActivate: () => (asked += 1) > 0 };

  class Work {
    @UseGuards(guard)
    @Durable('job')
    async run(input: unknown, context: DurableContext): Promise<unknown> {
      await context.wait('a day', { days: 1 });
      return input;
    }
  }
  @Controller()
  class Routes {
    @Get('run')
    @UseGuards(guard)
    @Durable()
    async run(@DurableCtx() context: DurableContext): Promise<string> {
      await context.wait('a day', { days: 1 });
      return 'done';
    }
    @Post('hooks/:callbackId')
    @CompletesCallback({ signature: { secret: 'key' } })
    complete(): void {
      asked += 1;
    }
  }
  @Controller({ path: '', scope: Scope.REQUEST })
  class ScopedRoutes extends Routes {}
  const request = apiGatewayV2({ path: '/run' });
  const boot = (controller: Type, copy?: typeof copyMetadata) => {
    const instanceDecorator = (instance: unknown) => (instance instanceof Routes ? traced(instance, copy) : instance);
    const nest = { logger: false, instrument: { instanceDecorator } } as const;
    return handlerOf({ controllers: [controller] }, { nest, handlers: [`${controller.name}.run`] });
  };

  it('is as durable as its class, on a direct call', async () => {
    asked = 0;
    const handler = handlerOf({ providers: [{ provide: 'Work', useValue: traced(new Work()) }] });
    expect(await runExecution(handler, 7)).toMatchObject({ status: 'SUCCEEDED', result: 7, names: ['a day'] });
    expect(asked).toBe(2);
  });

  it('does not boot with a route, unless the function has the metadata of the method', async () => {
    asked = 0;
    await expect(runExecution(boot(Routes), request)).rejects.toThrow('Routes.run: the instance has another function');
    expect(asked).toBe(0);
    expect(await runExecution(boot(Routes, copyMetadata), request)).toMatchObject({
      statusCode: 200,
      names: ['a day'],
    });
    expect(asked).toBe(2);
  });

  it('is refused in request scope, unless the function has the metadata of the method', async () => {
    asked = 0;
    const handler = boot(ScopedRoutes);
    expect(await runExecution(handler, request)).toMatchObject({
      status: 'FAILED',
      error: { ErrorMessage: expect.stringContaining('ScopedRoutes.run: the instance has another function') },
    });
    const webhook = apiGatewayV2({ method: 'POST', path: '/hooks/7' });
    expect(await handler(webhook, lambdaContext())).toMatchObject({ statusCode: 500 });
    expect(asked).toBe(0);
    const copied = boot(ScopedRoutes, copyMetadata);
    expect(await runExecution(copied, request)).toMatchObject({ statusCode: 200, names: ['a day'] });
    expect(await copied(webhook, lambdaContext())).toMatchObject({ statusCode: 401 });
    expect(asked).toBe(2);
  });
});

describe('A method whose name is a symbol', () => {
  const name = Symbol('run');

  it.each<[string, MethodDecorator]>([
    ['@Durable()', Durable('job')],
    ['@LambdaEvent()', LambdaEvent('sqs')],
    ['@CompletesCallback()', CompletesCallback() as MethodDecorator],
  ])('is refused by %s, for nobody would find it', (decorator, decorate) => {
    class Host {
      [name](): void {}
    }
    const descriptor = Object.getOwnPropertyDescriptor(Host.prototype, name)!;
    const apply = () => decorate(Host.prototype, name, descriptor);
    expect(apply).toThrow(`${decorator} on Host.Symbol(run)`);
  });

  it('may be a @Step()', async () => {
    @Injectable()
    class Host {
      @Step('named')
      async [name](): Promise<string> {
        return 'done';
      }
      @Durable('job')
      async run(): Promise<string> {
        return this[name]();
      }
    }
    expect(await runExecution(handlerOf({ providers: [Host] }), {})).toMatchObject({
      result: 'done',
      names: ['named'],
    });
  });
});

describe('A method of which a decorator above makes an accessor', () => {
  const bound: MethodDecorator = (_target, _key, { value }) => ({
    configurable: true,
    get(this: unknown) {
      return (value as (...args: unknown[]) => unknown).bind(this) as never;
    },
  });
  class Job {
    @Durable('job')
    run(): string {
      return 'job';
    }
  }

  it.each<[string, MethodDecorator]>([
    ['@Durable()', Durable('lost')],
    ['@LambdaEvent()', LambdaEvent('sqs')],
    ['@CompletesCallback()', CompletesCallback() as MethodDecorator],
  ])('does not boot with %s, because another method would get what is for it', async (decorator, decorate) => {
    class Host {
      @bound
      @decorate
      run(): string {
        return 'host';
      }
    }
    const handler = handlerOf({ providers: [Host, Job] });
    await expect(runExecution(handler, {})).rejects.toThrow(
      `${decorator} on Host.run: a decorator above it has made an accessor of the method`,
    );
  });

  it('may be a @Step(), and one that overrides it is another', async () => {
    class Base {
      @LambdaEvent('sqs')
      other(): void {}
    }
    let calls = 0;
    @Injectable()
    class Host extends Base {
      @bound
      override other(): void {}
      @bound
      @Step()
      async once(): Promise<number> {
        return ++calls;
      }
      @Durable('host')
      async run(_input: unknown, context: DurableContext): Promise<number> {
        await this.once();
        await context.wait('a day', { days: 1 });
        return this.once();
      }
    }
    const { status, result } = await runExecution(handlerOf({ providers: [Host] }), {});
    expect([status, result, calls]).toEqual(['SUCCEEDED', 2, 2]);
  });
});

describe('A method with @Durable() twice', () => {
  it.each<[string, MethodDecorator[]]>([
    ['directly', [Durable('one'), Durable('two')]],
    ['around a decorator that replaces it', [Durable('one'), audited(), Durable('two')]],
  ])('is refused: %s', (_how, decorators) => {
    expect(() => hostWith(decorators)).toThrow('Host.run has @Durable() twice');
  });
});

describe('A method that is the body of an execution and an operation of one', () => {
  it.each<[string, MethodDecorator[]]>([
    ['@Step()', [step, Durable('job')]],
    ['@Step()', [Durable('job'), step]],
    ['@ChildContext()', [child, Durable('job')]],
    ['@ChildContext()', [Durable('job'), child]],
    ['@Step()', [step, audited(), Durable('job')]],
    ['@Step()', [Durable('job'), audited(), step]],
  ])('does not boot (%s)', async (operation, decorators) => {
    const handler = handlerOf({ providers: [hostWith(decorators)] });
    await expect(runExecution(handler, {})).rejects.toThrow(`Host.run has @Durable() and ${operation}`);
  });
});
