import 'reflect-metadata';
import { Controller, Get, Inject, Injectable, Module } from '@nestjs/common';
import { EventEmitter2, EventEmitterModule, OnEvent } from '@nestjs/event-emitter';
import {
  createLambdaHandler,
  Durable,
  type DurableContext,
  DurableExecutionModule,
  Step,
} from 'nestjs-durable-execution';
import { httpEvent, tellWorld, type UseCase } from './use-case.js';

@Injectable()
class Stock {
  constructor(@Inject(EventEmitter2) private readonly events: EventEmitter2) {}

  @Step('reserve')
  async reserve(id: string): Promise<number> {
    return (await this.events.emitAsync('order.reserved', id)).length;
  }
}

@Injectable()
class Listener {
  @OnEvent('order.*')
  async reserved(id: string): Promise<void> {
    tellWorld(`reserved ${id}`);
  }
}

@Injectable()
class Orders {
  constructor(@Inject(Stock) private readonly stock: Stock) {}

  @Durable('order')
  async order({ id }: { id: string }, context: DurableContext): Promise<object> {
    const first = await this.stock.reserve(id);
    await context.wait('a while', { minutes: 5 });
    return { first, second: await this.stock.reserve(`${id} again`) };
  }
}

@Controller()
class Shop {
  @Get('health')
  health(): object {
    return { ok: true };
  }
}

@Module({
  imports: [DurableExecutionModule.forRoot(), EventEmitterModule.forRoot({ wildcard: true })],
  controllers: [Shop],
  providers: [Stock, Listener, Orders],
})
class AppModule {}

export const useCase: UseCase = {
  handler: createLambdaHandler(AppModule),
  input: { id: '7' },
  expected: { first: 1, second: 1 },
  request: httpEvent({ path: '/health' }),
  answer: { status: 200 },
  seen: { 'reserved 7\n': 1, 'reserved 7 again': 1 },
};
