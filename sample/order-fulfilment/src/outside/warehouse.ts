import { Injectable } from '@nestjs/common';
import { Step } from 'nestjs-durable-execution';
import type { Order } from '../orders/order.dto.js';
import { OutsideWorld } from './outside-world.js';

@Injectable()
export class Warehouse {
  constructor(private readonly world: OutsideWorld) {}

  @Step('reserve stock')
  async reserve({ orderId, items }: Order): Promise<{ pieces: number }> {
    const pieces = items.reduce((sum, { quantity }) => sum + quantity, 0);
    this.world.record('warehouse', 'reserved', orderId, { pieces });
    return { pieces };
  }

  @Step('release stock')
  async release({ orderId }: Order): Promise<void> {
    this.world.record('warehouse', 'released', orderId);
  }
}
