import { Inject, Injectable, Module } from '@nestjs/common';
import { CheckpointService, createLambdaHandler, DurableExecutionModule } from 'nestjs-durable-execution';
import type { DurableContext } from '../../lib/engine/context/durable-context.js';
import type { DurableExecutionClient } from '../../lib/wire/durable-execution-client.js';
import { apiGatewayV2 } from '../fixtures/http-events.js';
import { lambdaContext, MemoryService, TEST_ARN } from '../fixtures/memory-service.js';
import { FulfilmentService, OrdersController, SCRIPT, type Script } from '../fixtures/orders-app.js';

@Injectable()
class Ledger {
  constructor(@Inject(CheckpointService) private readonly checkpoints: CheckpointService) {}

  book(): Promise<string> {
    return this.checkpoints.context.step('book', async () => this.checkpoints.executionArn);
  }
}

/** Concurrent executions, each in its own service. */
class Services implements DurableExecutionClient {
  readonly #services = new Map<string, MemoryService>();

  start(number: number, input: unknown) {
    const arn = `${TEST_ARN}${number}`;
    const service = new MemoryService(input);
    this.#services.set(arn, service);
    return { arn, event: () => ({ ...service.event(), DurableExecutionArn: arn }) };
  }

  checkpoint(request: Parameters<DurableExecutionClient['checkpoint']>[0]) {
    return this.#services.get(request.DurableExecutionArn!)!.checkpoint(request);
  }

  getExecutionState(request: Parameters<DurableExecutionClient['getExecutionState']>[0]) {
    return this.#services.get(request.DurableExecutionArn!)!.getExecutionState(request);
  }
}

describe('Executions that run at the same time in one process', () => {
  it('never see each other', async () => {
    const services = new Services();
    let arrivals = 0;
    let open!: () => void;
    const everyoneIsHere = new Promise<void>((resolve) => (open = resolve));
    let ledger!: Ledger;
    const script: Script = async (_input, context: DurableContext) => {
      await context.step('arrive', async () => {
        if ((arrivals += 1) === 20) open();
        await everyoneIsHere;
      });
      return [context.executionContext.durableExecutionArn, await ledger.book()];
    };

    @Module({
      imports: [DurableExecutionModule.forRoot({ client: services })],
      controllers: [OrdersController],
      providers: [{ provide: SCRIPT, useValue: script }, FulfilmentService, Ledger],
    })
    class AppModule {
      constructor(@Inject(Ledger) made: Ledger) {
        ledger = made;
      }
    }

    const handler = createLambdaHandler(AppModule, { nest: { logger: false } });
    const order = apiGatewayV2({ method: 'POST', path: '/orders', body: {} });
    const runs = Array.from({ length: 20 }, (_, number) => services.start(number, number % 2 ? order : {}));
    // The HTTP server first, so that all run in one application.
    await handler(apiGatewayV2({ path: '/health' }), lambdaContext());
    const outputs = await Promise.all(runs.map(({ event }) => handler(event(), lambdaContext())));
    outputs.forEach((output, number) => {
      const { Result } = output as { Result: string };
      const result = number % 2 ? JSON.parse(Result).body : Result;
      expect(JSON.parse(result)).toEqual([runs[number]!.arn, runs[number]!.arn]);
    });
  });
});
