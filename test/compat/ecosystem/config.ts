import 'reflect-metadata';
import { Controller, Get, Inject, Injectable, Module } from '@nestjs/common';
import { ConfigModule, ConfigService } from '@nestjs/config';
import {
  createLambdaHandler,
  Durable,
  type DurableContext,
  DurableExecutionModule,
  Step,
} from 'nestjs-durable-execution';
import { httpEvent, type UseCase } from './use-case.js';

@Injectable()
class Prices {
  constructor(@Inject(ConfigService) private readonly config: ConfigService) {}

  @Step('price')
  async price(): Promise<number> {
    return this.config.getOrThrow<number>('shop.cents');
  }
}

@Injectable()
class Orders {
  constructor(@Inject(Prices) private readonly prices: Prices) {}

  @Durable('order')
  async order({ count }: { count: number }, context: DurableContext): Promise<number> {
    await context.wait('a while', { minutes: 5 });
    return count * (await this.prices.price());
  }
}

@Controller()
class Shop {
  constructor(@Inject(ConfigService) private readonly config: ConfigService) {}

  @Get('price')
  price(): object {
    return { cents: this.config.get<number>('shop.cents') };
  }
}

@Module({
  imports: [
    ConfigModule.forRoot({ isGlobal: true, ignoreEnvFile: true, load: [() => ({ shop: { cents: 250 } })] }),
    DurableExecutionModule.forRootAsync({
      inject: [ConfigService],
      useFactory: (config: ConfigService) => ({ engine: { stepStartHoldMs: config.get('HOLD_MS', 10) } }),
    }),
  ],
  controllers: [Shop],
  providers: [Orders, Prices],
})
class AppModule {}

export const useCase: UseCase = {
  handler: createLambdaHandler(AppModule),
  input: { count: 3 },
  expected: 750,
  request: httpEvent({ path: '/price' }),
  answer: { status: 200, body: '250' },
};
