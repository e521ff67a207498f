import {
  type ArgumentsHost,
  type CanActivate,
  Catch,
  type CallHandler,
  Controller,
  createParamDecorator,
  type ExecutionContext,
  ForbiddenException,
  Inject,
  Injectable,
  Post,
  Req,
  Scope,
  UseFilters,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common';
import { APP_GUARD, REQUEST } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Exclude } from 'class-transformer';
import {
  type AdmissionOptions,
  Durable,
  type DurableArguments,
  type DurableContext,
  DurableCtx,
  switchToDurable,
  type DurableExecutionModuleOptions,
} from 'nestjs-durable-execution';
import { catchError, of, throwError } from 'rxjs';
import { apiGatewayV2 } from '../fixtures/http-events.js';
import { handlerOf, historyOf, type Run, runExecution } from '../fixtures/nest-execution.js';

type Request = Record<string, never> & { user: User; headers: Record<string, string>; body: Record<string, unknown> };

/** A request with what middleware has made for guards. */
interface Filled {
  store: Map<unknown, unknown>;
  roles: Set<string>;
  area?: object;
}

type Wrapped = Filled & { raw?: Filled };

type WithTenant = DurableArguments & { tenant?: object; region?: string };

class User {
  id = 7;
  since = new Date(0);
  @Exclude() internalNote = 'S3CRET-note';
  password = 'S3CRET-password';
  profile = {
    city: 'Athens',
    'api-key': 'S3CRET-key',
    tokens: ['S3CRET-token'],
    deep: { clientSecret: 'S3CRET-deep' },
  };

  hasRole(role: string): boolean {
    return role === 'buyer';
  }
  get label(): string {
    return `user ${this.id}`;
  }
}

class ObjectId {
  constructor(private readonly hex: string) {}
  toJSON(): string {
    return this.hex;
  }
}

let day: 'one' | 'later' | 'expired';

/** Does whatever guards do to requests. */
class Guard {
  canActivate(context: ExecutionContext): boolean {
    if (day === 'expired') throw new Error('The token has expired.');
    const request = context.switchToHttp().getRequest<Record<string, unknown> & Request>();
    Object.assign(request, {
      user: new User(),
      orderId: new ObjectId('abc'),
      day,
      roll: Math.random(),
      nothing: null,
      sessionToken: 'S3CRET-session',
      list: [1, { password: 'S3CRET-list', ok: true }],
      database: { query: () => 1 },
    });
    if (day === 'later') Object.assign(request, { onlyLater: true });
    request.headers['x-tenant'] = 'acme';
    delete request.headers['x-remove'];
    request.body.tenant = 'acme';
    delete request.body.pin;
    return true;
  }
}

const CurrentUser = createParamDecorator(
  (_data: unknown, context: ExecutionContext) => context.switchToHttp().getRequest<Request>().user.id,
);

const seenByInterceptor: string[] = [];

class Spy {
  intercept(context: ExecutionContext, next: CallHandler) {
    const { user, roll } = context.switchToHttp().getRequest<Request>();
    seenByInterceptor.push(JSON.stringify({ user, roll }));
    return next.handle();
  }
}

const problemOf = (use: () => unknown): string => {
  try {
    return `none: ${String(use())}`;
  } catch (error) {
    return (error as Error).name;
  }
};

@Controller()
class Orders {
  @Post('order')
  @UseGuards(Guard)
  @UseInterceptors(Spy)
  @Durable('order')
  async order(
    @Req() request: Request,
    @CurrentUser() userId: number,
    @DurableCtx() context: DurableContext,
  ): Promise<unknown> {
    const { user, headers, body } = request;
    const { orderId, day, roll, nothing, sessionToken, list, onlyLater } = request;
    const all = { userId, user, orderId, day, roll, nothing, sessionToken, list, onlyLater, body };
    const uses = [problemOf(() => user.hasRole('buyer')), problemOf(() => user.label)];
    const look = { ...all, uses, tenant: headers['x-tenant'], removed: headers['x-remove'] };
    const dayOne = await context.step('day one', async () => look);
    await context.wait('three days', { days: 3 });
    return { dayOne, dayThree: look, database: Object.getOwnPropertyDescriptor(request, 'database')?.value };
  }
}

const ORDER = apiGatewayV2({
  method: 'POST',
  path: '/order',
  headers: { 'x-remove': 'me' },
  body: { sku: 'hat', pin: 'S3CRET-pin' },
});

async function run(later: 'later' | 'expired') {
  day = 'one';
  seenByInterceptor.length = 0;
  return runExecution(handlerOf({ controllers: [Orders] }), ORDER, { between: () => (day = later) });
}

interface Looks {
  dayOne: Record<string, unknown>;
  dayThree: Record<string, unknown>;
  database?: object;
}

describe.each(['later', 'expired'] as const)(
  'What guards put on a request, the token being %s on day three',
  (then) => {
    let result: Run;
    let looks: Looks;
    beforeAll(async () => {
      result = await run(then);
      expect(result).toMatchObject({ status: 'SUCCEEDED', statusCode: 201 });
      looks = result.body as Looks;
    });

    it('is the same on every day, as data, for everybody after the guards', () => {
      expect(looks.dayThree).toEqual(looks.dayOne);
      expect(looks.dayOne).toMatchObject({
        userId: 7,
        user: { id: 7, since: '1970-01-01T00:00:00.000Z', profile: { city: 'Athens' } },
        orderId: 'abc',
        day: 'one',
        nothing: null,
        list: [1, { ok: true }],
        tenant: 'acme',
        body: { sku: 'hat', tenant: 'acme' },
      });
      expect(looks.dayOne).not.toHaveProperty('removed');
      expect(looks.dayOne).not.toHaveProperty('onlyLater');
      expect(new Set(seenByInterceptor).size).toBe(1);
    });

    it('is saved without what is secret', () => {
      expect(
        historyOf(result)
          .replaceAll('S3CRET-pin', '')
          .match(/S3CRET-\w+/g),
      ).toBeNull();
      expect(looks.dayOne).not.toHaveProperty('sessionToken');
    });

    it('refuses the methods that it had, saying so, from day one on', () => {
      expect(looks.dayOne['uses']).toEqual(['DurableConfigurationError', 'DurableConfigurationError']);
    });

    it('stays live where it is no data, and has no value where the guard refuses', () => {
      expect(looks.database).toEqual(then === 'expired' ? undefined : {});
    });
  },
);

describe('What was no data, and is missing where the guard refuses now', () => {
  let isExpired: boolean;
  class Database {
    canActivate(context: ExecutionContext): boolean {
      if (!isExpired) context.switchToHttp().getRequest().database = { query: () => 1 };
      return !isExpired;
    }
  }
  class Swallowing {
    intercept(_context: unknown, next: CallHandler) {
      return next.handle().pipe(catchError(() => of('swallowed')));
    }
  }
  @Catch()
  class Unprocessable {
    catch(_error: unknown, host: ArgumentsHost): void {
      host.switchToHttp().getResponse().status(422).json({});
    }
  }
  class Connecting {
    intercept(context: ExecutionContext, next: CallHandler) {
      context.switchToHttp().getRequest().database = 'of an interceptor';
      return next.handle();
    }
  }
  @Controller()
  class Routes {
    @Post('swallowed')
    @UseGuards(Database)
    @UseInterceptors(Swallowing)
    @Durable('swallowed')
    async swallowed(@Req() request: Request, @DurableCtx() context: DurableContext): Promise<unknown> {
      await context.wait('three days', { days: 3 });
      return typeof request.database;
    }

    @Post('filtered')
    @UseGuards(Database)
    @UseFilters(Unprocessable)
    @Durable('filtered')
    filtered(@Req() request: Request, @DurableCtx() context: DurableContext): Promise<unknown> {
      return this.swallowed(request, context);
    }

    @Post('replaced')
    @UseGuards(Database)
    @UseInterceptors(Connecting)
    @Durable('replaced')
    replaced(@Req() request: Request, @DurableCtx() context: DurableContext): Promise<unknown> {
      return this.swallowed(request, context);
    }

    @Post('caught')
    @UseGuards(Database)
    @Durable('caught')
    caught(@Req() request: Request, @DurableCtx() context: DurableContext): Promise<unknown> {
      return this.swallowed(request, context).catch(() => 'caught');
    }
  }

  it.each(['swallowed', 'filtered', 'caught'])(
    'fails the execution where it is read, also if it is %s',
    async (path) => {
      isExpired = false;
      const handler = handlerOf({ controllers: [Routes] });
      const request = apiGatewayV2({ method: 'POST', path: `/${path}` });
      const result = await runExecution(handler, request, { between: () => (isExpired = true) });
      expect(result).toMatchObject({ status: 'FAILED', error: { ErrorType: 'DurableConfigurationError' } });
      expect(result.error?.ErrorMessage).toMatch(/"database" was put on the request by a guard/);
    },
  );

  it('may be set by an interceptor, as in the first invocation', async () => {
    isExpired = false;
    const request = apiGatewayV2({ method: 'POST', path: '/replaced' });
    const between = () => (isExpired = true);
    const result = await runExecution(handlerOf({ controllers: [Routes] }), request, { between });
    expect(result).toMatchObject({ status: 'SUCCEEDED', body: 'string' });
  });
});

describe('What is kept of a request', () => {
  let isExpired = false;
  class Token {
    canActivate(context: ExecutionContext): boolean {
      if (!isExpired) context.switchToHttp().getRequest().user = { id: 7, diagnosis: 'PRIVATE' };
      return !isExpired;
    }
  }

  function start(options: { method?: AdmissionOptions | false; module?: DurableExecutionModuleOptions }) {
    @Controller()
    class Users {
      @Post()
      @UseGuards(Token)
      @Durable('user', options.method === undefined ? {} : { admission: options.method })
      async user(@Req() request: Request, @DurableCtx() context: DurableContext): Promise<unknown> {
        const dayOne = await context.step('day one', async () => request.user);
        await context.wait('three days', { days: 3 });
        return [dayOne, request.user ?? 'nobody'];
      }
    }
    isExpired = false;
    const handler = handlerOf({ controllers: [Users], forRoot: options.module });
    return runExecution(handler, apiGatewayV2({ method: 'POST' }), { between: () => (isExpired = true) });
  }

  const own: AdmissionOptions = {
    save: async (request) => (request as Request).user.id,
    restore: async (id, request) => Object.assign(request, { user: { id, own: true } }),
  };

  it('can be chosen, for all methods or for one', async () => {
    const ofModule = await start({ module: { admission: own } });
    const ofMethod = await start({ module: { admission: false }, method: own });
    for (const run of [ofModule, ofMethod]) {
      expect(run.body).toEqual(Array(2).fill({ id: 7, own: true }));
      expect(historyOf(run)).not.toContain('PRIVATE');
    }
  });

  it.each([null, 0, '', false, undefined])('is restored as it was chosen: %p', async (chosen) => {
    const restored: unknown[] = [];
    const admission = { save: () => chosen, restore: (saved: unknown) => void restored.push(saved) };
    expect(await start({ module: { admission } })).toMatchObject({ status: 'SUCCEEDED' });
    // Once on the first day; then after the refusing guard, and after all of them.
    expect(restored).toEqual([chosen, chosen, chosen]);
  });

  it('is not chosen where the input of a direct call is no object', async () => {
    const chosen: unknown[] = [];
    const admission: AdmissionOptions = { save: (request) => chosen.push(request), restore: () => undefined };

    @Injectable()
    class Jobs {
      @UseGuards({ canActivate: () => true })
      @Durable('job')
      job(): string {
        return 'ran';
      }
    }
    const run = await runExecution(handlerOf({ providers: [Jobs], forRoot: { admission } }), 'hat');
    expect([run.result, run.names, chosen.length]).toEqual(['ran', [], 0]);
  });

  it('can be nothing', async () => {
    const run = await start({ method: false });
    expect(run.names).toEqual(['day one', 'three days']);
    expect(run.body).toEqual([{ id: 7, diagnosis: 'PRIVATE' }, 'nobody']);
  });

  it('can be written by a serdes', async () => {
    const base64 = {
      serialize: async (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64'),
      deserialize: async (text?: string) => JSON.parse(Buffer.from(text!, 'base64').toString()) as unknown,
    };
    const run = await start({ module: { admission: { serdes: base64 } } });
    expect(run.body).toEqual(Array(2).fill({ id: 7, diagnosis: 'PRIVATE' }));
    expect(run.service.operation('nest:guards').StepDetails?.Result).toMatch(/^[\w+/=]+$/);
  });

  it.each([
    ['Express', 'warm', {}],
    ['Express', 'cold', {}],
    ['Fastify', 'warm', { adapter: () => new FastifyAdapter() as never }],
    ['Fastify', 'cold', { adapter: () => new FastifyAdapter() as never }],
  ])('holds what it put into what middleware of %s has made, in a %s sandbox', async (_platform, sandbox, options) => {
    // Middleware fills Node's request, which that of Fastify wraps.
    const filledOf = (request: Wrapped): Filled => request.raw ?? request;
    class Filling {
      canActivate(context: ExecutionContext): boolean {
        if (isExpired) return false;
        const filled = filledOf(context.switchToHttp().getRequest<Wrapped>());
        filled.store.set('tenant', 'acme').set(7, { since: 'day one' }).delete('guest');
        filled.roles.add('buyer');
        filled.area = { of: 'day one' };
        return true;
      }
    }
    @Controller()
    class Stores {
      @Post('store')
      @UseGuards(Filling)
      @Durable('store')
      async store(@Req() request: Wrapped, @DurableCtx() context: DurableContext): Promise<unknown> {
        const { store, roles, area } = filledOf(request);
        const look = [[...store], [...roles], area];
        const dayOne = await context.step('day one', async () => look);
        await context.wait('three days', { days: 3 });
        return [dayOne, look];
      }
    }
    const middleware = (request: Filled, _response: never, next: () => void) => {
      Object.assign(request, { store: new Map<unknown, unknown>([['guest', true]]), roles: new Set(['visitor']) });
      next();
    };
    isExpired = false;
    const boot = () => handlerOf({ controllers: [Stores], middleware }, options);
    const handlers = [boot(), sandbox === 'cold' ? boot() : undefined];
    const run = await runExecution(handlers[0]!, apiGatewayV2({ method: 'POST', path: '/store' }), {
      between: () => (isExpired = true),
      handlerAt: (n) => handlers[n - 1] ?? handlers[0]!,
    });
    const look = [
      [
        ['tenant', 'acme'],
        [7, { since: 'day one' }],
      ],
      ['visitor', 'buyer'],
      { of: 'day one' },
    ];
    expect(run).toMatchObject({ status: 'SUCCEEDED', body: [look, look] });
  });

  it.each([
    ['an object', 'warm', {}],
    ['an object', 'cold', {}],
    ['text', 'warm', 'hat'],
  ])('holds what it put on `REQUEST` for a direct call with %s, in a %s sandbox', async (_what, sandbox, input) => {
    isExpired = false;

    @Injectable({ scope: Scope.REQUEST })
    class TenantGuard {
      constructor(@Inject(REQUEST) private readonly request: WithTenant) {}

      canActivate(): boolean {
        this.request.tenant = { of: isExpired ? 'later' : 'day one' };
        if (isExpired) throw new ForbiddenException('The token has expired.');
        this.request.region = 'eu';
        return true;
      }
    }

    const seen: unknown[] = [];
    const next: CanActivate = {
      canActivate: (context) => seen.push((switchToDurable(context) as WithTenant).region) > 0,
    };

    @Injectable({ scope: Scope.REQUEST })
    class Jobs {
      constructor(@Inject(REQUEST) private readonly request: WithTenant) {}

      @UseGuards(TenantGuard, next)
      @Durable('job')
      async job(_input: unknown, context: DurableContext): Promise<unknown> {
        const dayOne = await context.step('day one', async () => this.request.tenant);
        await context.wait('three days', { days: 3 });
        return [dayOne, this.request.tenant];
      }
    }

    const make = () => handlerOf({ providers: [Jobs] });
    const warm = make();
    const { result } = await runExecution(warm, input, {
      handlerAt: () => (sandbox === 'warm' ? warm : make()),
      between: () => (isExpired = true),
    });
    expect(result).toEqual([{ of: 'day one' }, { of: 'day one' }]);
    expect(seen).toEqual(['eu', 'eu']);
  });

  it('is bounded, and the error names what is large', async () => {
    class Large {
      canActivate(context: ExecutionContext): boolean {
        Object.assign(context.switchToHttp().getRequest(), { user: { text: 'x'.repeat(40_000) }, id: 7 });
        return true;
      }
    }
    @Controller()
    class Users {
      @Post()
      @UseGuards(Large)
      @Durable()
      user(): void {}
    }
    const run = await runExecution(handlerOf({ controllers: [Users] }), apiGatewayV2({ method: 'POST' }));
    expect(run).toMatchObject({ status: 'FAILED', names: [] });
    expect(run.error?.ErrorMessage).toMatch(/user: 40\d{3} bytes, id: \d+ bytes.*admission: \{ save, restore \}/);
  });
});

describe('Guards on direct calls', () => {
  const readsToken = (context: ExecutionContext) =>
    context.switchToHttp().getRequest<Request>().headers['authorization'] === 'good';

  class HttpGuard {
    canActivate(context: ExecutionContext): boolean {
      return readsToken(context);
    }
  }
  let accepted = 0;
  class Accepts {
    canActivate(): boolean {
      accepted += 1;
      return true;
    }
  }
  class Refuses {
    canActivate(): boolean {
      return false;
    }
  }

  @Injectable()
  class Jobs {
    @Durable('open')
    open(): string {
      return 'ran';
    }
    @UseGuards(Accepts)
    @Durable('accepting')
    accepting(): string {
      return 'ran';
    }
    @UseGuards(Refuses)
    @Durable('closed')
    closed(): string {
      return 'ran';
    }
  }

  const start = (handler: string, forRoot?: DurableExecutionModuleOptions, guard: object = HttpGuard) => {
    const providers = [Jobs, { provide: APP_GUARD, useClass: guard as typeof HttpGuard }];
    return runExecution(handlerOf({ providers, forRoot }, { handler }), {});
  };

  it('fail with their name and the remedy when they are global and need a request', async () => {
    const { error } = await start('open');
    expect(error?.ErrorType).toBe('TypeError');
    expect(error?.ErrorMessage).toMatch(/HttpGuard on a direct call.*direct: \{ globalGuards: false \}/);
  });

  it.each<[string, unknown]>([
    ['false', () => false],
    ['a promise', async () => false],
    ['an observable', () => of(false)],
    ['a promise of an observable', async () => of(false)],
    ['an observable that fails', () => throwError(() => new ForbiddenException('Forbidden resource'))],
    ['nothing', () => undefined],
  ])('say so too when they are global and refuse by %s', async (_how, canActivate) => {
    class Refusing {
      canActivate = canActivate as () => boolean;
    }
    const { error } = await start('open', undefined, Refusing);
    expect(error).toMatchObject({ ErrorType: 'ForbiddenException' });
    expect(error?.ErrorMessage).toMatch(/Forbidden resource \(thrown by the global guard Refusing/);
  });

  const startGuarded = (canActivate: CanActivate['canActivate'], forRoot?: DurableExecutionModuleOptions) => {
    class TokenGuard {
      canActivate = canActivate;
    }
    class Guarded {
      @UseGuards(new TokenGuard())
      @Durable('guarded')
      guarded(): void {}
    }
    return runExecution(handlerOf({ providers: [Guarded], forRoot }, { handler: 'guarded' }), {});
  };

  it.each<[string, CanActivate['canActivate'], DurableExecutionModuleOptions]>([
    ['at once', readsToken, {}],
    ['by a promise', async (context) => readsToken(context), {}],
    ['without global guards', readsToken, { direct: { globalGuards: false } }],
  ])('of a method fail %s with their name and the remedy when they need a request', async (_how, guard, forRoot) => {
    const { error } = await startGuarded(guard, forRoot);
    expect(error?.ErrorType).toBe('TypeError');
    expect(error?.ErrorMessage).toMatch(/the guard TokenGuard on a direct call.*context\.getType\(\) is 'durable'/);
  });

  it.each<[string, CanActivate['canActivate']]>([
    ['false', () => false],
    ['an error', () => Promise.reject(new ForbiddenException('Forbidden resource'))],
  ])('of a method are not explained when they refuse by %s', async (_how, guard) => {
    expect((await startGuarded(guard)).error?.ErrorMessage).toBe('Forbidden resource');
  });

  class AlsoOfMethod extends Accepts {
    override canActivate(): boolean {
      return false;
    }
  }

  it.each<[string, object]>([
    ['is that of the method', Accepts],
    ['extends that of the method', AlsoOfMethod],
  ])('are told from its own guards if their class %s', async (_what, guard) => {
    accepted = 0;
    const forRoot = { direct: { globalGuards: false } };
    expect(await start('accepting', forRoot, guard)).toMatchObject({ status: 'SUCCEEDED', result: 'ran' });
    expect(accepted).toBe(1);
    expect((await start('accepting', undefined, AlsoOfMethod)).error?.ErrorMessage).toContain('AlsoOfMethod');
  });

  it.each([[[]], [[{ provide: APP_GUARD, useClass: HttpGuard }]]])(
    'run if they are of a class that a decorator has replaced, though global ones are excluded: %j',
    async (globals) => {
      const replaced: ClassDecorator = (target) => new Proxy(target, {});

      @UseGuards(Refuses)
      @replaced
      class Replaced {
        @Durable('job')
        job(): void {}
      }
      const providers = [Replaced, ...globals];
      const { error } = await runExecution(
        handlerOf({ providers, forRoot: { direct: { globalGuards: false } } }, { handler: 'job' }),
        {},
      );
      expect(error?.ErrorMessage).toBe('Forbidden resource');
    },
  );

  it('can be left out if they are global, and no others with them', async () => {
    const forRoot = { direct: { globalGuards: false } };
    expect(await start('open', forRoot)).toMatchObject({ status: 'SUCCEEDED', result: 'ran' });
    expect((await start('closed', forRoot)).error).toMatchObject({
      ErrorType: 'ForbiddenException',
      ErrorMessage: 'Forbidden resource',
    });
  });
});
