import './opentelemetry.setup.js';
import 'reflect-metadata';
import { Controller, Get, Inject, Module, Post } from '@nestjs/common';
import { trace } from '@opentelemetry/api';
import { createLambdaHandler, Durable, DurableContext, DurableExecutionModule } from 'nestjs-durable-execution';
import { openTelemetry } from 'nestjs-durable-execution/otel';
import { httpEvent, type UseCase } from './use-case.js';

@Controller()
class Orders {
  constructor(@Inject(DurableContext) private readonly context: DurableContext) {}

  @Post('orders')
  @Durable()
  async order(): Promise<object> {
    const work = async () => trace.getTracer('shop').startActiveSpan('pack', async (span) => (span.end(), 'packed'));
    const before = await this.context.step('pack', work);
    await this.context.wait('a while', { minutes: 5 });
    return { before };
  }

  @Get('health')
  health(): object {
    return { ok: true };
  }
}

@Module({
  imports: [DurableExecutionModule.forRoot({ engine: { plugins: [openTelemetry({ nestStages: true })] } })],
  controllers: [Orders],
})
class AppModule {}

export const useCase: UseCase = {
  handler: createLambdaHandler(AppModule),
  input: httpEvent({ method: 'POST', path: '/orders' }),
  expected: { statusCode: 201, body: { before: 'packed' } },
  request: httpEvent({ path: '/health' }),
  answer: { status: 200 },
  // A suspension is no error, neither to this package's spans nor to those of Nest's own instrumentation.
  seen: { 'span Workflow fine': 1, 'span a while fine': 1, 'span pack attempt 1 fine': 1, broken: 0 },
};
