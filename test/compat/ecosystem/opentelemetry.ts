import './opentelemetry.setup.js';
import 'reflect-metadata';
import { Controller, Get, Inject, Module, Post } from '@nestjs/common';
import { trace } from '@opentelemetry/api';
import { createLambdaHandler, Durable, DurableContext, DurableExecutionModule } from 'nestjs-durable-execution';
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

@Module({ imports: [DurableExecutionModule.forRoot()], controllers: [Orders] })
class AppModule {}

export const useCase: UseCase = {
  handler: createLambdaHandler(AppModule),
  input: httpEvent({ method: 'POST', path: '/orders' }),
  expected: { statusCode: 201, body: { before: 'packed' } },
  request: httpEvent({ path: '/health' }),
  answer: { status: 200 },
};
