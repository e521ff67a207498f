import {
  type CanActivate,
  Controller,
  type ExecutionContext,
  Get,
  Inject,
  Injectable,
  type Provider,
  Req,
  Scope,
  type Type,
  UnauthorizedException,
  UseGuards,
} from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { Durable, type DurableContext, DurableCtx, type LambdaHandlerOptions } from 'nestjs-durable-execution';
import { defer, delay, of } from 'rxjs';
import { apiGatewayV2 } from '../fixtures/http-events.js';
import { lambdaContext } from '../fixtures/memory-service.js';
import { handlerOf, runExecution } from '../fixtures/nest-execution.js';

const USER = { id: 7, roles: ['buyer'] };

let isValid = true;
let asked = 0;

/** Checks a token, and puts the user on the request; on a direct call on the input, which replaces it. */
function judge(context: ExecutionContext): boolean {
  asked += 1;
  if (isValid) context.switchToHttp().getRequest<{ user?: object }>().user = USER;
  return isValid;
}

@Injectable()
class Tokens {
  judge = judge;
}

@Injectable()
class ClassGuard implements CanActivate {
  constructor(@Inject(Tokens) private readonly tokens: Tokens) {}
  canActivate(context: ExecutionContext) {
    return this.tokens.judge(context);
  }
}

@Injectable({ scope: Scope.REQUEST })
class RequestGuard extends ClassGuard {}

@Injectable({ scope: Scope.TRANSIENT })
class TransientGuard extends ClassGuard {}

class ArrowGuard implements CanActivate {
  canActivate = judge;
}

class AsyncGuard implements CanActivate {
  async canActivate(context: ExecutionContext) {
    await new Promise((resolve) => setImmediate(resolve));
    return judge(context);
  }
}

class ObservableGuard implements CanActivate {
  canActivate(context: ExecutionContext) {
    return defer(() => of(judge(context))).pipe(delay(0));
  }
}

class ThrowingGuard implements CanActivate {
  canActivate(context: ExecutionContext) {
    if (!judge(context)) throw new UnauthorizedException('The token has expired.');
    return true;
  }
}

class RejectingGuard implements CanActivate {
  async canActivate(context: ExecutionContext) {
    return new ThrowingGuard().canActivate(context);
  }
}

const instance: CanActivate = { canActivate: judge };
const frozen: CanActivate = Object.freeze({ canActivate: judge });
const classless = Object.assign(Object.create(null), { canActivate: judge }) as CanActivate;
const proxy: CanActivate = new Proxy(new ArrowGuard(), {});
const factory = { useFactory: ({ judge: canActivate }: Tokens) => ({ canActivate }), inject: [Tokens] };

interface Kind {
  own?: CanActivate | Type<CanActivate>;
  global?: object;
  configure?: LambdaHandlerOptions['configure'];
}

const kinds: Array<[string, Kind]> = [
  ['a class', { own: ClassGuard }],
  ['a class of request scope', { own: RequestGuard }],
  ['a transient class', { own: TransientGuard }],
  ['a class whose method is a property', { own: ArrowGuard }],
  ['asynchronous', { own: AsyncGuard }],
  ['an observable', { own: ObservableGuard }],
  ['one that throws', { own: ThrowingGuard }],
  ['one that rejects', { own: RejectingGuard }],
  ['an instance', { own: instance }],
  ['frozen', { own: frozen }],
  ['a proxy', { own: proxy }],
  ['a global class', { global: { useClass: ClassGuard } }],
  ['a global class of request scope', { global: { useClass: RequestGuard } }],
  ['a transient global class', { global: { useClass: TransientGuard } }],
  ['a global value without a class', { global: { useValue: classless } }],
  ['a frozen global value', { global: { useValue: frozen } }],
  ['made by a global factory', { global: factory }],
  ['made by a global factory of request scope', { global: { ...factory, scope: Scope.REQUEST } }],
  ['set up by configure', { configure: (app) => void app.useGlobalGuards(instance) }],
];

const nothing = (): void => undefined;

function start({ own, global, configure }: Kind, level: 'class' | 'method') {
  const guarded = (at: string) => (own && level === at ? UseGuards(own) : nothing);

  @guarded('class')
  @Injectable()
  class Jobs {
    @guarded('method')
    @Durable('job')
    async job(input: { user?: unknown }, context: DurableContext): Promise<unknown> {
      await context.wait('three days', { days: 3 });
      return input.user;
    }
  }

  @guarded('class')
  @Controller()
  class Routes {
    @Get('durable')
    @guarded('method')
    @Durable('route')
    async durable(@Req() request: { user?: unknown }, @DurableCtx() context: DurableContext): Promise<unknown> {
      await context.wait('three days', { days: 3 });
      return request.user;
    }

    @Get('plain')
    @guarded('method')
    plain(): string {
      return 'in';
    }
  }

  const providers: Provider[] = [Tokens, Jobs, ...(global ? [{ provide: APP_GUARD, ...global } as Provider] : [])];
  return handlerOf({ controllers: [Routes], providers }, { configure });
}

const places = kinds.flatMap(([kind, guard]) =>
  (guard.own ? (['class', 'method'] as const) : (['method'] as const)).map((level) => ({ kind, guard, level })),
);

beforeEach(() => {
  isValid = true;
  asked = 0;
});

describe.each(places)('A guard of a $level that is $kind', ({ guard, level }) => {
  it.each([
    ['direct', {}],
    ['HTTP', apiGatewayV2({ path: '/durable' })],
  ])('refuses an execution at once, and not later, on the %s route', async (route, input) => {
    const handler = start(guard, level);
    isValid = false;
    const refused = await runExecution(handler, input);
    expect(refused).toMatchObject(route === 'HTTP' ? { status: 'SUCCEEDED' } : { status: 'FAILED' });
    if (route === 'HTTP') expect([401, 403]).toContain(refused.statusCode);
    expect({ asked, names: refused.names }).toEqual({ asked: 1, names: [] });

    isValid = true;
    const run = await runExecution(handler, input, { between: () => (isValid = false) });
    expect(run.status).toBe('SUCCEEDED');
    expect(route === 'HTTP' ? run.body : run.result).toEqual(USER);
    expect(asked).toBe(3);
  });

  it('refuses plain requests at any time', async () => {
    const handler = start(guard, level);
    const plain = async () =>
      ((await handler(apiGatewayV2({ path: '/plain' }), lambdaContext())) as { statusCode: number }).statusCode;
    expect(await plain()).toBe(200);
    await runExecution(handler, apiGatewayV2({ path: '/durable' }), { between: () => (isValid = false) });
    expect(await plain()).toBeGreaterThanOrEqual(401);
  });
});
