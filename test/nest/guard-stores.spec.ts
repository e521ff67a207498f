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
