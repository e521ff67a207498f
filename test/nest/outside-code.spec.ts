import { Injectable, Module } from '@nestjs/common';
import { createLambdaHandler, Durable, DurableExecutionModule } from 'nestjs-durable-execution';
import type { DurableContext } from '../../lib/engine/context/durable-context.js';
import { currentInvocation } from '../../lib/engine/context/current.js';
import { lambdaContext, MemoryService } from '../fixtures/memory-service.js';

let arrived!: () => void;
const hasArrived = new Promise<void>((resolve) => (arrived = resolve));
let goOn!: () => void;
const mayGoOn = new Promise<void>((resolve) => (goOn = resolve));

@Injectable()
class Orders {
  @Durable('fulfil')
  async fulfil(_order: unknown, context: DurableContext): Promise<boolean> {
    await context.step('wait for the test', async () => {
      arrived();
      await mayGoOn;
    });
    return currentInvocation() !== undefined;
  }
}

describe('Code of an application beside its first execution', () => {
  it('has no current execution, while the handler has', async () => {
    const service = new MemoryService({});
    @Module({ imports: [DurableExecutionModule.forRoot({ client: service })], providers: [Orders] })
    class AppModule {}
    const handler = createLambdaHandler(AppModule, { nest: { logger: false } });
    const invocation = handler(service.event(), lambdaContext());
    await hasArrived;
    expect(currentInvocation()).toBeUndefined();
    goOn();
    await expect(invocation).resolves.toEqual({ Status: 'SUCCEEDED', Result: 'true' });
  });
});
