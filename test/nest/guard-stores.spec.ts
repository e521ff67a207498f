import { AsyncLocalStorage } from 'node:async_hooks';
import {
  type CanActivate,
  Controller,
  type ExecutionContext,
  Injectable,
  Post,
  UnauthorizedException,
  UseGuards,
} from '@nestjs/common';
import { Durable, type DurableContext, DurableCtx } from 'nestjs-durable-execution';
import { defer, type Observable, of } from 'rxjs';
import { apiGatewayV2 } from '../fixtures/http-events.js';
import { handlerOf, runExecution } from '../fixtures/nest-execution.js';

const tenants = new AsyncLocalStorage<string>();

let refuses: (() => boolean) | undefined;
let puts: object;

/** Accepts keys synchronously, until one has been taken back. */
@Injectable()
class KeyGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    if (refuses) return refuses();
    Object.assign(context.getArgByIndex<object>(0), puts);
    return true;
  }
}

/** Enters the tenant that the guard before it has found. */
@Injectable()
class TenantGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const { user } = context.getArgByIndex<{ user?: { tenant: string } }>(0);
    tenants.enterWith(user?.tenant ?? 'no user');
    return true;
  }
}

async function seen(context: DurableContext): Promise<unknown> {
  const before = tenants.getStore();
  await context.wait('three days', { days: 3 });
  return [before, tenants.getStore()];
}

@Controller()
@UseGuards(KeyGuard, TenantGuard)
class Routes {
  @Post('orders')
  @Durable('place')
  place(@DurableCtx() context: DurableContext): Promise<unknown> {
    return seen(context);
  }
}

@Injectable()
class Jobs {
  @Durable('run')
  @UseGuards(KeyGuard, TenantGuard)
  run(@DurableCtx() context: DurableContext): Promise<unknown> {
    return seen(context);
  }

  @Durable('keep', {
    admission: { save: (input) => ({ ...input }), restore: (saved, input) => Object.assign(input, saved) },
  })
  @UseGuards(KeyGuard, TenantGuard)
  keep(@DurableCtx() context: DurableContext): Promise<unknown> {
    return seen(context);
  }
}

const request = apiGatewayV2({ method: 'POST', path: '/orders', body: {} });
const call = { '@durable': 'run', input: {} };
const kept = { '@durable': 'keep', input: {} };

describe('A store that a guard enters is there in each invocation, also if a guard before it refuses by then', () => {
  const refusals: Array<[string, () => boolean]> = [
    ['returns false', () => false],
    [
      'throws',
      () => {
        throw new UnauthorizedException('expired');
      },
    ],
  ];
  const given = refusals.flatMap(([how, refuse]) => [
    { how, refuse, route: 'a route', input: request, user: { tenant: 'blue' }, tenant: 'blue' },
    { how, refuse, route: 'a route', input: request, user: undefined, tenant: 'no user' },
    { how, refuse, route: 'a direct call', input: call, user: { tenant: 'blue' }, tenant: 'blue' },
    { how, refuse, route: 'a direct call', input: call, user: undefined, tenant: 'no user' },
    { how, refuse, route: 'a call with its own `restore`', input: kept, user: { tenant: 'blue' }, tenant: 'blue' },
  ]);

  it.each(given)('$how, of $route, for $tenant', async ({ refuse, input, user, tenant }) => {
    refuses = undefined;
    puts = user ? { user } : {};
    const handler = handlerOf({ controllers: [Routes], providers: [Jobs] });
    const { result, body, status } = await runExecution(handler, input, { between: () => (refuses = refuse) });
    expect([status, body ?? result]).toEqual(['SUCCEEDED', [tenant, tenant]]);
  });
});

describe('A store that is entered when the observable of a guard is subscribed to', () => {
  @Injectable()
  class Entering implements CanActivate {
    canActivate(): Observable<boolean> {
      return defer(() => {
        tenants.enterWith('blue');
        return of(true);
      });
    }
  }

  async function look(context: DurableContext): Promise<unknown> {
    const inThisInvocation = tenants.getStore() ?? 'none';
    const inTheFirst = await context.step('look', async () => inThisInvocation);
    await context.wait({ days: 3 });
    return { inTheFirst, inThisInvocation };
  }

  @Controller()
  class Route {
    @Post('look')
    @UseGuards(Entering)
    @Durable('route')
    look(@DurableCtx() context: DurableContext): Promise<unknown> {
      return look(context);
    }
  }

  @Injectable()
  class Job {
    @UseGuards(Entering)
    @Durable('job')
    look(@DurableCtx() context: DurableContext): Promise<unknown> {
      return look(context);
    }
  }

  it.each([
    ['a route', apiGatewayV2({ method: 'POST', path: '/look' })],
    ['a direct call', { '@durable': 'job', input: {} }],
  ])('is in each invocation of %s what it was in the first', async (_route, input) => {
    const app = handlerOf({ controllers: [Route], providers: [Job] });
    const { result, body, status } = await runExecution(app, input);
    expect(status).toBe('SUCCEEDED');
    const { inTheFirst, inThisInvocation } = (body ?? result) as Record<string, unknown>;
    expect(inThisInvocation).toBe(inTheFirst);
  });
});
