import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { switchToDurable } from 'nestjs-durable-execution';
import { OutsideWorld } from '../outside/outside-world.js';
import type { Order } from './order.dto.js';

/** Lets in the shop's customers. It runs in every invocation, but cannot refuse an admitted order on day three. */
@Injectable()
export class CustomerGuard implements CanActivate {
  constructor(private readonly world: OutsideWorld) {}

  canActivate(context: ExecutionContext): boolean {
    const { orderId, customer } = switchToDurable(context).getInput<Order>();
    this.world.record('customers', 'checked', orderId, { customer });
    return customer !== 'Mallory';
  }
}
