import 'reflect-metadata';
import { Controller, Get, Inject, Injectable, Module } from '@nestjs/common';
import {
  CommandBus,
  CommandHandler,
  CqrsModule,
  EventBus,
  EventsHandler,
  type ICommandHandler,
  type IEventHandler,
} from '@nestjs/cqrs';
import { createLambdaHandler, Durable, DurableContext, DurableExecutionModule, Step } from 'nestjs-durable-execution';
import { httpEvent, tellWorld, type UseCase } from './use-case.js';

class Charge {
  constructor(readonly orderId: string) {}
}

class Charged {
  constructor(readonly orderId: string) {}
}

@CommandHandler(Charge)
class ChargeHandler implements ICommandHandler<Charge> {
  constructor(@Inject(EventBus) private readonly events: EventBus) {}

  @Step('charge')
  async execute({ orderId }: Charge): Promise<string> {
    this.events.publish(new Charged(orderId));
    return `payment of ${orderId}`;
  }
}

@EventsHandler(Charged)
class ChargedHandler implements IEventHandler<Charged> {
  handle({ orderId }: Charged): void {
    tellWorld(`charged ${orderId}`);
  }
}

@Injectable()
class Orders {
  constructor(
    @Inject(CommandBus) private readonly commands: CommandBus,
    @Inject(DurableContext) private readonly context: DurableContext,
  ) {}

  @Durable('order')
  async order({ id }: { id: string }): Promise<string> {
    const payment: string = await this.commands.execute(new Charge(id));
    await this.context.wait('a while', { minutes: 5 });
    return payment;
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
  imports: [DurableExecutionModule.forRoot(), CqrsModule.forRoot()],
  controllers: [Shop],
  providers: [ChargeHandler, ChargedHandler, Orders],
})
class AppModule {}

export const useCase: UseCase = {
  handler: createLambdaHandler(AppModule),
  input: { id: '7' },
  expected: 'payment of 7',
  request: httpEvent({ path: '/health' }),
  answer: { status: 200 },
  seen: { 'charged 7': 1 },
};
