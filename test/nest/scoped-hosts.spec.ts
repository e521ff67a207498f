import { type ExecutionContext, Inject, Injectable, Scope, UseGuards } from '@nestjs/common';
import { ContextIdFactory, type HostComponentInfo, INQUIRER, ModuleRef, REQUEST } from '@nestjs/core';
import {
  ChildContext,
  Durable,
  DurableContext,
  type DurableArguments,
  LambdaEvent,
  switchToDurable,
} from 'nestjs-durable-execution';
import { lambdaContext } from '../fixtures/memory-service.js';
import { handlerOf, runExecution } from '../fixtures/nest-execution.js';

let pools = 0;

@Injectable({ scope: Scope.TRANSIENT })
class Labels {
  constructor(@Inject(INQUIRER) private readonly owner: object) {}
  get ownerName(): string {
    return this.owner.constructor.name;
  }
}

@Injectable({ scope: Scope.TRANSIENT })
class TransientJobs {
  constructor(
    @Inject(Labels) private readonly labels: Labels,
    @Inject(DurableContext) private readonly context: DurableContext,
  ) {}

  @Durable('transient')
  async run(): Promise<string> {
    await this.context.wait('a day', { days: 1 });
    return this.labels.ownerName;
  }
}

@Injectable({ scope: Scope.REQUEST })
class Tenant {
  constructor(@Inject(REQUEST) readonly request: DurableArguments) {}
}

@Injectable({ scope: Scope.REQUEST })
class Shipping {
  constructor(
    @Inject(Tenant) private readonly tenant: Tenant,
    @Inject(DurableContext) private readonly context: DurableContext,
  ) {}

  @ChildContext()
  async ship(): Promise<unknown> {
    await this.context.wait('two days', { days: 2 });
    return this.tenant.request.getInput();
  }
}

@Injectable({ scope: Scope.REQUEST })
class RequestJobs {
  constructor(
    @Inject(Tenant) private readonly tenant: Tenant,
    @Inject(Shipping) private readonly shipping: Shipping,
    @Inject(REQUEST) private readonly request: DurableArguments,
  ) {}

  @Durable('request')
  async run(): Promise<unknown> {
    const shipped = await this.shipping.ship();
    return { isSame: this.request === this.tenant.request, arn: this.request.executionArn, shipped };
  }
}

@Injectable({ scope: Scope.REQUEST })
class Caller {
  name = 'nobody';
}

/** Resolves what is created for the invocation, as Nest's documentation does it for a request. */
@Injectable()
class CallerGuard {
  constructor(@Inject(ModuleRef) private readonly moduleRef: ModuleRef) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const id = ContextIdFactory.getByRequest(switchToDurable(context) as never);
    (await this.moduleRef.resolve(Caller, id, { strict: false })).name = 'ada';
    return true;
  }
}

@Injectable({ scope: Scope.REQUEST })
class CallerJobs {
  constructor(
    @Inject(Caller) private readonly caller: Caller,
    @Inject(REQUEST) private readonly request: object,
    @Inject(ModuleRef) private readonly moduleRef: ModuleRef,
    @Inject(DurableContext) private readonly context: DurableContext,
  ) {}

  @UseGuards(CallerGuard)
  @Durable('caller')
  async run(): Promise<unknown> {
    await this.context.wait('a day', { days: 1 });
    return this.who();
  }

  @LambdaEvent((event) => 'who' in event)
  async who(): Promise<unknown> {
    const id = ContextIdFactory.getByRequest(this.request as never);
    return [this.caller.name, (await this.moduleRef.resolve(Caller, id, { strict: false })) === this.caller];
  }
}

interface Tree {
  tenantId: string;
}

@Injectable({ scope: Scope.REQUEST, durable: true })
class Pool {
  readonly number = (pools += 1);
  constructor(@Inject(REQUEST) readonly tree: Tree) {}
}

@Injectable({ scope: Scope.REQUEST, durable: true })
class TenantJobs {
  constructor(
    @Inject(Pool) private readonly pool: Pool,
    @Inject(DurableContext) private readonly context: DurableContext,
  ) {}

  @Durable('of-tenant')
  async run(): Promise<unknown> {
    await this.context.wait('a day', { days: 1 });
    return [this.pool.tree.tenantId, this.pool.number];
  }

  @LambdaEvent((event) => 'ping' in event)
  ping(): unknown {
    return [this.pool.tree.tenantId, this.pool.number];
  }
}

const providers = [Labels, TransientJobs, Tenant, Shipping, RequestJobs, Pool, TenantJobs, Caller, CallerJobs];
const make = () => handlerOf({ providers });
const start = (name: string, input: unknown = {}) => ({ '@durable': name, input });

describe.each([
  ['warm', undefined],
  ['cold', make],
])('In a %s sandbox', (_sandbox, handlerAt) => {
  const run = (name: string, input?: unknown) =>
    runExecution(make(), start(name, input), handlerAt ? { handlerAt } : {});

  it('a host of transient scope has dependencies that are its own', async () => {
    expect(await run('transient')).toMatchObject({ status: 'SUCCEEDED', result: 'TransientJobs', invocations: 2 });
  });

  it('REQUEST is the execution, the same one in all that is made for an invocation', async () => {
    expect(await run('request', { id: 7 })).toMatchObject({
      status: 'SUCCEEDED',
      result: { isSame: true, arn: expect.stringContaining('arn:aws:lambda'), shipped: { id: 7 } },
    });
  });

  it('code that asks Nest for the id of the execution resolves the same instances', async () => {
    expect((await run('caller')).result).toEqual(['ada', true]);
    await expect(make()({ who: true }, lambdaContext())).resolves.toEqual(['nobody', true]);
  });
});

it('Durable providers are made once for each tenant, in executions and for events', async () => {
  const trees = new Map<string, ReturnType<typeof ContextIdFactory.create>>();
  ContextIdFactory.apply({
    attach(contextId, request: DurableArguments) {
      const { tenantId } = request.getInput<Tree>();
      if (!trees.has(tenantId)) trees.set(tenantId, ContextIdFactory.create());
      const resolve = (info: HostComponentInfo) => (info.isTreeDurable ? trees.get(tenantId)! : contextId);
      return { resolve, payload: { tenantId } };
    },
  });
  try {
    pools = 0;
    const handler = make();
    const tenants = ['acme', 'globex', 'acme'];
    const runs = await Promise.all(tenants.map((tenantId) => runExecution(handler, start('of-tenant', { tenantId }))));
    const results = runs.map(({ result }) => result as [string, number]);
    expect(results.map(([tenantId]) => tenantId)).toEqual(tenants);
    expect(results[0]).toEqual(results[2]);
    expect(pools).toBe(2);
    await expect(handler({ ping: true, tenantId: 'acme' }, lambdaContext())).resolves.toEqual(results[0]);
  } finally {
    ContextIdFactory.apply({ attach: (contextId) => () => contextId });
  }
});
