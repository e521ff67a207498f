import { Module } from '@nestjs/common';
import { DurableExecutionModule } from 'nestjs-durable-execution';
import { OrdersModule } from './orders/orders.module.js';

@Module({
  imports: [
    // A durable function is always invoked with a version, an alias or `$LATEST`.
    DurableExecutionModule.forRoot({ functions: { 'fulfil-order': 'fulfil-order:$LATEST' } }),
    OrdersModule,
  ],
})
export class AppModule {}
