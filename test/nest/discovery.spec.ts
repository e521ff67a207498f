import { jest } from '@jest/globals';
import { Inject, Injectable, Module, Scope, UseGuards } from '@nestjs/common';
import { ExternalContextCreator, REQUEST } from '@nestjs/core';
import { Test, type TestingModule } from '@nestjs/testing';
import {
  createLambdaHandler,
  Durable,
  type DurableArguments,
  DurableExecutionModule,
  DurableRegistry,
} from 'nestjs-durable-execution';
import { lambdaContext, MemoryService } from '../fixtures/memory-service.js';

@Injectable()
class Billing {
  @Durable('charge')
  charge(): string {
    return this.constructor.name;
  }
}

async function compile(providers: object[], client = new MemoryService({})) {
  const module = await Test.createTestingModule({
    imports: [DurableExecutionModule.forRoot({ client })],
    providers: providers as [],
  }).compile();
  return module.init();
}

const namesOf = (module: TestingModule) => module.get(DurableRegistry).names;

describe('The discovery of @Durable() methods', () => {
  it.each([Scope.DEFAULT, Scope.REQUEST, Scope.TRANSIENT])(
    'finds a provider once, also under an alias (scope %s)',
    async (scope) => {
      @Injectable({ scope })
      class Scoped extends Billing {}
      const user = { provide: 'user', useFactory: (billing: Billing) => billing.charge(), inject: ['alias'] };
      const module = await compile([{ provide: 'alias', useExisting: Scoped }, Scoped, user]);
      expect(namesOf(module)).toEqual(['charge']);
    },
  );

  it('finds an instance once that is provided under several tokens', async () => {
    const useValue = new Billing();
    const values = [
      { provide: 'one', useValue },
      { provide: 'other', useValue },
    ];
    expect(namesOf(await compile(values))).toEqual(['charge']);
  });

  it('finds the class of an instance that a factory provides too, with the enhancers of that class', async () => {
    let asked = 0;
    class Guard {
      canActivate(): boolean {
        return (asked += 1) > 0;
      }
    }
    class Guarded {
      @UseGuards(Guard)
      @Durable('charge')
      charge(): string {
        return 'charged';
      }
    }
    const client = new MemoryService({});
    const port = { provide: 'port', useFactory: (billing: Guarded) => billing, inject: [Guarded] };
    @Module({ providers: [Guarded], exports: [Guarded] })
    class GuardedModule {}
    @Module({ imports: [DurableExecutionModule.forRoot({ client }), GuardedModule], providers: [port] })
    class AppModule {}
    const handler = createLambdaHandler(AppModule, { nest: { logger: false } });
    expect(await handler(client.event(), lambdaContext())).toEqual({ Status: 'SUCCEEDED', Result: '"charged"' });
    expect(asked).toBe(1);
  });

  it('passes over values without a prototype and without an instance', async () => {
    const module = await compile([
      Billing,
      { provide: 'bare', useValue: Object.create(null) },
      { provide: 'nothing', useValue: undefined },
      { provide: 'null', useFactory: () => null },
      { provide: 'text', useValue: 'text' },
    ]);
    expect(namesOf(module)).toEqual(['charge']);
  });

  it('finds what a factory made', async () => {
    expect(namesOf(await compile([{ provide: 'billing', useFactory: async () => new Billing() }]))).toEqual(['charge']);
  });

  it('finds what a factory of request or transient scope will make, if its token is the class', async () => {
    for (const scope of [Scope.REQUEST, Scope.TRANSIENT]) {
      const client = new MemoryService({});
      @Module({
        imports: [DurableExecutionModule.forRoot({ client })],
        providers: [{ provide: Billing, useFactory: () => new Billing(), scope }],
      })
      class AppModule {}
      const handler = createLambdaHandler(AppModule, { nest: { logger: false } });
      const output = await handler(client.event(), lambdaContext());
      expect(output).toMatchObject({ Status: 'SUCCEEDED', Result: '"Billing"' });
    }
  });

  it('finds inherited methods', async () => {
    @Injectable()
    class Invoices extends Billing {}
    expect(namesOf(await compile([Invoices]))).toEqual(['charge']);
  });

  it('asks only the methods of classes that have one of ours', async () => {
    @Injectable()
    class Warehouse {
      reserve(): void {}
    }
    const metadata = jest.spyOn(Reflect, 'getMetadata');
    await compile([Billing, Warehouse]);
    const ours = metadata.mock.calls.filter(([key]) => String(key).startsWith('nestjs-durable-execution:'));
    metadata.mockRestore();
    expect(new Set(ours.map(([, method]) => (method as () => void).name))).toEqual(new Set(['charge']));
  });

  it('names a method by its place when it has no name', async () => {
    @Injectable()
    class Shipping {
      @Durable()
      ship(): void {}
    }
    expect(namesOf(await compile([Shipping]))).toEqual(['Shipping.ship']);
  });
});

describe('The pipeline of a @Durable() method', () => {
  it('is put together when it first runs, and once', async () => {
    const create = jest.spyOn(ExternalContextCreator.prototype, 'create');
    const client = new MemoryService({});
    const handler = createLambdaHandler(await compile([Billing], client));
    expect(create).not.toHaveBeenCalled();
    await handler(client.event(), lambdaContext());
    expect(await handler(client.event(), lambdaContext())).toEqual({ Status: 'SUCCEEDED', Result: '"Billing"' });
    expect(create).toHaveBeenCalledTimes(1);
    create.mockRestore();
  });
});

describe('A request-scoped host of a @Durable() method', () => {
  it('is made for each invocation, with the execution as its request', async () => {
    let made = 0;
    @Injectable({ scope: Scope.REQUEST })
    class Shipping {
      constructor(@Inject(REQUEST) private readonly execution: DurableArguments) {
        made += 1;
      }
      @Durable()
      ship(): unknown {
        return { input: this.execution.getInput(), arn: this.execution.executionArn, made };
      }
    }
    const client = new MemoryService({ id: 1 });
    const module = await compile([Shipping], client);
    const handler = createLambdaHandler(module);
    const first = client.event();
    expect(await handler(first, lambdaContext())).toEqual({
      Status: 'SUCCEEDED',
      Result: JSON.stringify({ input: { id: 1 }, arn: first.DurableExecutionArn, made: 1 }),
    });
    expect(await handler(client.event(), lambdaContext())).toMatchObject({
      Result: expect.stringContaining('"made":2'),
    });
  });

  it('is taken from the module that provides it', async () => {
    const client = new MemoryService({});
    @Injectable()
    class Stamp {
      constructor(@Inject('stamp') readonly text: string) {}
    }
    @Injectable({ scope: Scope.REQUEST })
    class Shipping {
      constructor(@Inject(Stamp) private readonly stamp: Stamp) {}
      @Durable()
      ship(): string {
        return this.stamp.text;
      }
    }
    @Module({ providers: [{ provide: 'stamp', useValue: 'inner' }, Stamp, Shipping] })
    class Inner {}
    const module = await Test.createTestingModule({
      imports: [Inner, DurableExecutionModule.forRoot({ client })],
      providers: [{ provide: 'stamp', useValue: 'outer' }],
    }).compile();
    expect(await createLambdaHandler(module)(client.event(), lambdaContext())).toMatchObject({ Result: '"inner"' });
  });
});
