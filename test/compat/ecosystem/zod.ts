import 'reflect-metadata';
import { Body, Controller, Inject, Module, Post, UsePipes } from '@nestjs/common';
import { createZodDto, ZodValidationPipe } from 'nestjs-zod';
import { createLambdaHandler, Durable, DurableContext, DurableExecutionModule } from 'nestjs-durable-execution';
import { z } from 'zod';
import { httpEvent, type UseCase } from './use-case.js';

class Order extends createZodDto(z.object({ id: z.string(), count: z.coerce.number().int().default(1) })) {}

@Controller('orders')
@UsePipes(ZodValidationPipe)
class Orders {
  constructor(@Inject(DurableContext) private readonly context: DurableContext) {}

  @Post()
  @Durable()
  async order(@Body() order: Order): Promise<object> {
    await this.context.wait('a while', { minutes: 5 });
    return { id: order.id, count: order.count };
  }

  @Post('check')
  check(@Body() order: Order): object {
    return { ...order };
  }
}

@Module({ imports: [DurableExecutionModule.forRoot()], controllers: [Orders] })
class AppModule {}

export const useCase: UseCase = {
  handler: createLambdaHandler(AppModule),
  input: httpEvent({ method: 'POST', path: '/orders', body: { id: '7', count: '3' } }),
  expected: { statusCode: 201, body: { id: '7', count: 3 } },
  request: httpEvent({ method: 'POST', path: '/orders/check', body: { id: 7 } }),
  answer: { status: 400, body: 'Validation failed' },
};
