import 'reflect-metadata';
import { Body, Controller, Inject, Module, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiProperty, DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { createLambdaHandler, Durable, DurableContext, DurableExecutionModule } from 'nestjs-durable-execution';
import { httpEvent, type UseCase } from './use-case.js';

class Order {
  @ApiProperty()
  id!: string;
}

class Receipt {
  @ApiProperty()
  receipt!: string;
}

@Controller('orders')
class Orders {
  constructor(@Inject(DurableContext) private readonly context: DurableContext) {}

  @Post()
  @ApiCreatedResponse({ type: Receipt })
  @Durable()
  async order(@Body() { id }: Order): Promise<Receipt> {
    await this.context.wait('a while', { minutes: 5 });
    return { receipt: `receipt of ${id}` };
  }
}

@Module({ imports: [DurableExecutionModule.forRoot()], controllers: [Orders] })
class AppModule {}

export const useCase: UseCase = {
  handler: createLambdaHandler(AppModule, {
    configure: (app) => {
      SwaggerModule.setup('api', app, () => SwaggerModule.createDocument(app, new DocumentBuilder().build()));
    },
  }),
  input: httpEvent({ method: 'POST', path: '/orders', body: { id: '7' } }),
  expected: { statusCode: 201, body: { receipt: 'receipt of 7' } },
  request: httpEvent({ path: '/api-json' }),
  answer: { status: 200, body: '#/components/schemas/Receipt' },
};
