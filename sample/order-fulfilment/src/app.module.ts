import { Module } from '@nestjs/common';
import { DurableExecutionModule } from 'nestjs-durable-execution';
import { OrdersModule } from './orders/orders.module.js';

@Module({ imports: [DurableExecutionModule.forRoot(), OrdersModule] })
export class AppModule {}
