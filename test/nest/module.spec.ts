import { Inject, Injectable, Module } from '@nestjs/common';
import { MetadataScanner, ModulesContainer } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import {
  CheckpointService,
  createLambdaHandler,
  Durable,
  DurableExecutionModule,
  type DurableExecutionModuleOptions,
  type DurableExecutionOptionsFactory,
} from 'nestjs-durable-execution';
import type { DurableContext } from '../../lib/engine/context/durable-context.js';
import { lambdaContext, MemoryService } from '../fixtures/memory-service.js';

@Injectable()
class Greeter {
  @Durable()
  greet(name: string, context: DurableContext): Promise<string> {
    return context.step('greet', async () => `Hello ${name}`);
  }
}

const client = Symbol('client');

@Module({ providers: [{ provide: client, useFactory: () => new MemoryService('Ada') }], exports: [client] })
class ClientModule {}

@Injectable()
class OptionsFromClass implements DurableExecutionOptionsFactory {
  constructor(@Inject(client) private readonly service: MemoryService) {}

  createDurableExecutionOptions(): DurableExecutionModuleOptions {
    return { client: this.service };
  }
}

@Module({ imports: [ClientModule], providers: [OptionsFromClass], exports: [OptionsFromClass, ClientModule] })
class OptionsModule {}

describe('DurableExecutionModule', () => {
  it.each([
    [
      'useFactory',
      DurableExecutionModule.forRootAsync({
        imports: [ClientModule],
        inject: [client],
        useFactory: async (service: MemoryService) => ({ client: service }),
      }),
    ],
    ['useClass', DurableExecutionModule.forRootAsync({ imports: [ClientModule], useClass: OptionsFromClass })],
    ['useExisting', DurableExecutionModule.forRootAsync({ imports: [OptionsModule], useExisting: OptionsFromClass })],
  ])('takes its options by %s', async (_way, durable) => {
    const module = await Test.createTestingModule({ imports: [durable, ClientModule], providers: [Greeter] }).compile();
    const service = module.get<MemoryService>(client);
    const handler = createLambdaHandler(module);
    expect(await handler(service.event(), lambdaContext())).toEqual({ Status: 'SUCCEEDED', Result: '"Hello Ada"' });
    await module.close();
  });

  it('needs no options', async () => {
    const module = await Test.createTestingModule({ imports: [DurableExecutionModule.forRoot()] }).compile();
    await module.init();
    expect(module.get(CheckpointService).isDurable).toBe(false);
    await module.close();
  });

  it('may be extended after forRoot(), as any dynamic module', async () => {
    const extended = DurableExecutionModule.forRoot();
    extended.providers!.push({ provide: 'pushed', useValue: 1 });
    extended.providers = [...extended.providers!, { provide: 'set', useValue: 2 }];
    extended.exports!.push('pushed');
    extended.exports = [...extended.exports!, 'set'];

    @Injectable()
    class Reader {
      constructor(
        @Inject('pushed') readonly pushed: number,
        @Inject('set') readonly set: number,
      ) {}
    }
    const module = await Test.createTestingModule({ imports: [extended], providers: [Reader] }).compile();
    expect(module.get(Reader)).toMatchObject({ pushed: 1, set: 2 });
    await module.close();
  });

  it('lets a test take the place of both calls of the durable API', async () => {
    const service = new MemoryService('Ada');
    const module = await Test.createTestingModule({ imports: [DurableExecutionModule.forRoot()], providers: [Greeter] })
      .overrideProvider(CheckpointService)
      .useValue(service)
      .compile();
    const handler = createLambdaHandler(module);
    service.firstPageItems = 0;
    expect(await handler(service.event(), lambdaContext())).toEqual({ Status: 'SUCCEEDED', Result: '"Hello Ada"' });
    expect(service.calls.map(({ api }) => api)).toEqual(['state', 'checkpoint']);
    await module.close();
  });
});

describe('CheckpointService', () => {
  it('knows the execution it is asked in', async () => {
    const service = new MemoryService('Ada');

    @Injectable()
    class Teller {
      constructor(@Inject(CheckpointService) private readonly checkpoints: CheckpointService) {}

      @Durable()
      async tell(): Promise<unknown> {
        const { context, isDurable, isReplaying, executionArn } = this.checkpoints;
        const inStep = await context.step('inside', async () => `${this.checkpoints.isDurable}`);
        await this.checkpoints.flush();
        return { isDurable, isReplaying, executionArn, inStep, saved: service.operations.size };
      }
    }

    const module = await Test.createTestingModule({
      imports: [DurableExecutionModule.forRoot({ client: service })],
      providers: [Teller],
    }).compile();
    const event = service.event();
    const output = (await createLambdaHandler(module)(event, lambdaContext())) as { Result: string };
    expect(JSON.parse(output.Result)).toEqual({
      isDurable: true,
      isReplaying: false,
      executionArn: event.DurableExecutionArn,
      inStep: 'true',
      saved: 2,
    });
    await module.close();
  });

  it('says where durable operations are when there is no execution', async () => {
    const module = await Test.createTestingModule({ imports: [DurableExecutionModule.forRoot()] }).compile();
    const checkpoints = module.get(CheckpointService);
    expect(() => checkpoints.context).toThrow('There is no durable execution here.');
    await expect(checkpoints.flush()).rejects.toThrow('There is no durable execution here.');
    await module.close();
  });
});

it('What it provides can be looked through by modules that look at every provider, as those of GraphQL and events do', async () => {
  const module = await Test.createTestingModule({ imports: [DurableExecutionModule.forRoot()] }).compile();
  const scanner = new MetadataScanner();
  const seen = [...module.get(ModulesContainer).values()]
    .flatMap(({ providers }) => [...providers.values()])
    .map(({ instance }) => instance as object | undefined)
    .filter((instance) => typeof instance === 'object' && instance !== null)
    .map((instance) => {
      const prototype = Object.getPrototypeOf(instance) as Record<string, unknown>;
      const methods = scanner.getAllMethodNames(prototype).map((name) => typeof (instance as typeof prototype)[name]);
      return { name: instance.constructor?.name, methods: new Set(methods) };
    });
  expect(seen).toContainEqual({ name: 'DurableContext', methods: new Set(['function']) });
  expect(seen.flatMap(({ methods }) => [...methods]).every((type) => type === 'function')).toBe(true);
  await module.close();
});
