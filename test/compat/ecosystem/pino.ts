import 'reflect-metadata';
import { Controller, Get, Inject, Injectable, Logger as NestLogger, Module } from '@nestjs/common';
import { Logger, LoggerModule } from 'nestjs-pino';
import {
  createLambdaHandler,
  Durable,
  type DurableContext,
  DurableExecutionModule,
  Step,
} from 'nestjs-durable-execution';
import { httpEvent, tellWorld, type UseCase, worldKnows } from './use-case.js';

@Injectable()
class Parcels {
  private readonly logger = new NestLogger('Parcels');

  @Step({ name: 'ship', retryStrategy: () => ({ shouldRetry: true, delay: { seconds: 1 } }) })
  async ship(): Promise<string> {
    this.logger.log('shipping');
    if (worldKnows('a truck has left')) return 'parcel';
    tellWorld('a truck has left');
    throw new Error('the truck is late');
  }
}

@Injectable()
class Orders {
  constructor(@Inject(Parcels) private readonly parcels: Parcels) {}

  @Durable('order')
  async order(_input: unknown, context: DurableContext): Promise<string> {
    context.logger.info('order taken');
    await context.wait('a while', { minutes: 5 });
    return this.parcels.ship();
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
  imports: [
    DurableExecutionModule.forRoot(),
    LoggerModule.forRoot({ pinoHttp: [{}, { write: (line: string) => tellWorld(line.trim()) }] }),
  ],
  controllers: [Shop],
  providers: [Orders, Parcels],
})
class AppModule {}

export const useCase: UseCase = {
  handler: createLambdaHandler(AppModule, {
    nest: { bufferLogs: true },
    configure: (app) => app.useLogger(app.get(Logger)),
  }),
  input: {},
  expected: 'parcel',
  request: httpEvent({ path: '/health' }),
  answer: { status: 200 },
  seen: { '"msg":"order taken"': 1, '"msg":"shipping"': 2, 'Attempt 1 of Step \\"ship\\" failed': 1 },
};
