import { Module } from '@nestjs/common';
import { ApprovalInbox } from '../approvals/approval-inbox.js';
import { ApprovalsController } from '../approvals/approvals.controller.js';
import { Carrier } from '../outside/carrier.js';
import { OutsideWorld } from '../outside/outside-world.js';
import { PaymentGateway } from '../outside/payment-gateway.js';
import { TextMessages } from '../outside/text-messages.js';
import { Warehouse } from '../outside/warehouse.js';
import { OrderAlarms } from './order-alarms.js';
import { OrderFulfilment } from './order-fulfilment.service.js';
import { OrdersController } from './orders.controller.js';

@Module({
  controllers: [OrdersController, ApprovalsController],
  providers: [
    OrderFulfilment,
    OrderAlarms,
    ApprovalInbox,
    OutsideWorld,
    Warehouse,
    PaymentGateway,
    TextMessages,
    Carrier,
  ],
})
export class OrdersModule {}
