import { Injectable } from '@nestjs/common';
import { Step } from 'nestjs-durable-execution';
import type { Order } from '../orders/order.dto.js';
import { OutsideWorld } from './outside-world.js';

@Injectable()
export class Carrier {
  constructor(private readonly world: OutsideWorld) {}

  @Step('ship')
  async ship({ orderId }: Order): Promise<string> {
    const trackingNumber = `parcel-${orderId}`;
    this.world.record('carrier', 'shipped', orderId, { trackingNumber });
    return trackingNumber;
  }
}
