import { Module } from '@nestjs/common';
import { DurableControlClient } from 'nestjs-durable-execution';
import { ApprovalInbox } from '../approvals/approval-inbox.js';
import { OutsideWorld } from '../outside/outside-world.js';
import { PaymentGateway } from '../outside/payment-gateway.js';
import { Carrier } from '../outside/carrier.js';
import { Warehouse } from '../outside/warehouse.js';
import { OrderFulfilment } from './order-fulfilment.service.js';
import { OrdersController } from './orders.controller.js';

@Module({
  controllers: [OrdersController],
  providers: [
    OrderFulfilment,
    ApprovalInbox,
    OutsideWorld,
    Warehouse,
    PaymentGateway,
    Carrier,
    { provide: DurableControlClient, useFactory: () => new DurableControlClient() },
  ],
})
export class OrdersModule {}
