import { Module } from '@nestjs/common';
import { DurableExecutionModule } from 'nestjs-durable-execution';
import { OrdersModule } from './orders/orders.module.js';

@Module({
  imports: [
    // A durable function is always invoked with a version, an alias or `$LATEST`. The templates in `sample/deploy` give the
    // ARN of an alias.
    DurableExecutionModule.forRoot({
      functions: { 'fulfil-order': process.env.FULFIL_ORDER_FUNCTION ?? 'fulfil-order:$LATEST' },
    }),
    OrdersModule,
  ],
})
export class AppModule {}
