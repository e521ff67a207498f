import 'reflect-metadata';
import { createLambdaHandler, DurableExecutionModule } from 'nestjs-durable-execution';
import { Module } from '@nestjs/common';
import { Fulfilment, PaymentGateway } from './orders.js';
import { OrdersController } from './orders.controller.js';

@Module({
  imports: [DurableExecutionModule.forRoot()],
  controllers: [OrdersController],
  providers: [Fulfilment, PaymentGateway],
})
export class AppModule {}

export const handler = createLambdaHandler(AppModule, { handler: 'fulfil-order', http: true });
