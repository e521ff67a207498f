import { type CanActivate, Controller, type ExecutionContext, Get, Injectable, Req, UseGuards } from '@nestjs/common';
import { Durable, type DurableContext, DurableCtx, DurableInput } from 'nestjs-durable-execution';
import { apiGatewayV2 } from '../fixtures/http-events.js';
import { type AppParts, handlerOf, runExecution } from '../fixtures/nest-execution.js';
import { quietLogger } from '../fixtures/quiet-logger.js';

interface Session {
  id: bigint;
  roles: Set<string>;
  limits: Map<string, number>;
  key: Buffer;
}

type Guarded = { account?: Session; tenant?: Tenant };

class Tenant {
  constructor(readonly name: string) {}
  region(): string {
    return `${this.name}-eu`;
  }
}

let isExpired = false;

const requestOf = (context: ExecutionContext) => context.getArgByIndex<Guarded>(0);

class Authentication implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    if (isExpired) return false;
    requestOf(context).account = {
      id: 12345678901234567890n,
      roles: new Set(['buyer']),
      limits: new Map([['day', Infinity]]),
      key: Buffer.from([0, 255]),
    };
    requestOf(context).tenant = new Tenant('acme');
    return true;
  }
}

/** Needs an instance that the guard before it has created. */
class Region implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    return requestOf(context).tenant?.region() === 'acme-eu';
  }
}

function seen({ account }: Guarded): unknown[] {
  if (!account) return ['nothing'];
  const { id, roles, limits, key } = account;
  return [String(id + 1n), roles.has('buyer'), limits.get('day') === Infinity, key.toString('hex')];
}

async function job(request: Guarded, context: DurableContext): Promise<unknown> {
  const live = await context.step('live', async () => seen(request));
  await context.wait('three days', { days: 3 });
  return { live, now: seen(request) };
}

@Injectable()
class Jobs {
  @Durable('job')
  @UseGuards(Authentication, Region)
  run(@DurableInput() input: Guarded, @DurableCtx() context: DurableContext): Promise<unknown> {
    return job(input, context);
  }
}

@Controller()
class Routes {
  @Get('job')
  @Durable('route')
  @UseGuards(Authentication, Region)
  run(@Req() request: Guarded, @DurableCtx() context: DurableContext): Promise<unknown> {
    return job(request, context);
  }
}

const parts: AppParts = { providers: [Jobs], controllers: [Routes], forRoot: { engine: { logger: quietLogger } } };
const cold = () => handlerOf(parts);

describe.each([
  ['a direct call', { '@durable': 'job', input: {} }],
  ['a route', apiGatewayV2({ path: '/job' })],
])('What guards put on the request of %s', (_route, input) => {
  it.each(['warm', 'cold'])('stays a map, a set, a bigint and bytes, in a %s sandbox', async (sandbox) => {
    isExpired = false;
    const result = await runExecution(cold(), structuredClone(input), {
      between: () => (isExpired = true),
      ...(sandbox === 'cold' && { handlerAt: () => cold() }),
    });
    const expected = ['12345678901234567891', true, true, '00ff'];
    expect(result.body ?? result.result).toEqual({ live: expected, now: expected });
  });

  it('is reported where a guard needs more of it than was saved', async () => {
    isExpired = false;
    const warnings: string[] = [];
    const ignore = () => undefined;
    const logger = { log: ignore, debug: ignore, error: ignore, warn: (text: unknown) => warnings.push(String(text)) };
    const handler = handlerOf(parts, { nest: { logger } });
    const result = await runExecution(handler, structuredClone(input), { between: () => (isExpired = true) });
    expect(result.status).toBe('SUCCEEDED');
    expect(warnings).toEqual([
      expect.stringMatching(/^Region cannot do now .* request\.tenant\.region\(\) does not exist/),
    ]);
  });
});
