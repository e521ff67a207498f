import 'reflect-metadata';
import { Controller, Get, Inject, Ip, Module, Post } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { SkipThrottle, ThrottlerGuard, ThrottlerModule } from '@nestjs/throttler';
import { createLambdaHandler, Durable, DurableContext, DurableExecutionModule } from 'nestjs-durable-execution';
import { httpEvent, type UseCase } from './use-case.js';

@Controller()
class Orders {
  constructor(@Inject(DurableContext) private readonly context: DurableContext) {}

  /** One per minute; continuing after the wait is not another request. */
  @Post('orders')
  @Durable()
  async order(@Ip() ip: string): Promise<object> {
    await this.context.wait('a while', { minutes: 5 });
    return { ip };
  }

  @SkipThrottle()
  @Get('health')
  health(@Ip() ip: string): object {
    return { ip };
  }
}

@Module({
  imports: [DurableExecutionModule.forRoot(), ThrottlerModule.forRoot([{ ttl: 60_000, limit: 1 }])],
  controllers: [Orders],
  providers: [{ provide: APP_GUARD, useClass: ThrottlerGuard }],
})
class AppModule {}

export const useCase: UseCase = {
  handler: createLambdaHandler(AppModule),
  input: httpEvent({ method: 'POST', path: '/orders' }),
  expected: { statusCode: 201, body: { ip: '192.0.2.1' } },
  request: httpEvent({ path: '/health' }),
  answer: { status: 200, body: '192.0.2.1' },
};
