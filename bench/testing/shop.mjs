// A shop on Nest, like the tests of an application have it. Decorators are called as functions, so that nothing is
// compiled.
import 'reflect-metadata';
import { Controller, Get, Inject, Injectable, Module } from '@nestjs/common';
import { Durable, DurableContext, Step } from 'nestjs-durable-execution';

function decorate(host, method, ...decorators) {
  const descriptor = Object.getOwnPropertyDescriptor(host.prototype, method);
  for (const decorator of decorators) decorator(host.prototype, method, descriptor);
  Object.defineProperty(host.prototype, method, descriptor);
}

class Payments {
  async charge({ id }) {
    return `receipt of ${id}`;
  }
}
decorate(Payments, 'charge', Step('charge card'));
Injectable()(Payments);

export class Fulfilment {
  constructor(payments, context) {
    this.payments = payments;
    this.context = context;
  }

  async fulfil(order) {
    const receipt = await this.payments.charge(order);
    await this.context.wait('cooling-off period', { days: 14 });
    const parcels = await this.context.map('pack', order.items, (item, name) => item.step('pack', async () => name));
    const approval = await this.context.waitForCallback('approval', async () => undefined);
    return { receipt, parcels: parcels.getResults(), approval };
  }
}
Inject(Payments)(Fulfilment, undefined, 0);
Inject(DurableContext)(Fulfilment, undefined, 1);
decorate(Fulfilment, 'fulfil', Durable('fulfil'));
Injectable()(Fulfilment);

class OrdersController {
  async ready() {
    return { ready: true };
  }
}
decorate(OrdersController, 'ready', Get('ready'));
Controller('orders')(OrdersController);

export class ShopModule {}
Module({ providers: [Payments, Fulfilment], controllers: [OrdersController] })(ShopModule);
