import 'reflect-metadata';
import { Controller, Get, Inject, Injectable, Module } from '@nestjs/common';
import { HealthCheck, HealthCheckService, MemoryHealthIndicator, TerminusModule } from '@nestjs/terminus';
import {
  createLambdaHandler,
  Durable,
  type DurableContext,
  DurableExecutionModule,
  DurableHealthIndicator,
} from 'nestjs-durable-execution';
import { httpEvent, type UseCase } from './use-case.js';

@Controller('health')
class Health {
  constructor(
    @Inject(HealthCheckService) private readonly health: HealthCheckService,
    @Inject(MemoryHealthIndicator) private readonly memory: MemoryHealthIndicator,
    @Inject(DurableHealthIndicator) private readonly durable: DurableHealthIndicator,
  ) {}

  @Get()
  @HealthCheck()
  check(): object {
    return this.health.check([
      () => this.memory.checkHeap('heap', 2 ** 33),
      () => this.durable.isHealthy('durable', { timeoutMs: 20_000 }),
    ]);
  }
}

@Injectable()
class Orders {
  constructor(@Inject(HealthCheckService) private readonly health: HealthCheckService) {}

  @Durable('order')
  async order(_input: unknown, context: DurableContext): Promise<string> {
    await context.wait('a while', { minutes: 5 });
    return context.step('check', async () => (await this.health.check([])).status);
  }
}

@Module({
  imports: [DurableExecutionModule.forRoot(), TerminusModule],
  controllers: [Health],
  providers: [DurableHealthIndicator, Orders],
})
class AppModule {}

export const useCase: UseCase = {
  handler: createLambdaHandler(AppModule),
  input: {},
  expected: 'ok',
  request: httpEvent({ path: '/health' }),
  answer: { status: 200, body: '"durable":{"status":"up"' },
};
