import './datadog.setup.js';
import tracer from 'dd-trace';
import 'reflect-metadata';
import { Controller, Get, Injectable, Module } from '@nestjs/common';
import { datadog } from 'datadog-lambda-js';
import { createLambdaHandler, Durable, type DurableContext, DurableExecutionModule } from 'nestjs-durable-execution';
import { httpEvent, type UseCase } from './use-case.js';

tracer.init({ startupLogs: false });

@Injectable()
class Orders {
  @Durable('order')
  async order(_input: unknown, context: DurableContext): Promise<string> {
    await context.wait('a while', { minutes: 5 });
    return context.step('pack', () => tracer.trace('pack', async () => 'packed'));
  }
}

@Controller()
class Health {
  @Get('health')
  health(): object {
    return { ok: true };
  }
}

@Module({ imports: [DurableExecutionModule.forRoot()], controllers: [Health], providers: [Orders] })
class AppModule {}

const handler = createLambdaHandler(AppModule);

export const useCase: UseCase = {
  handler: datadog((event: never, context: never) => handler(event, context)) as UseCase['handler'],
  input: {},
  expected: 'packed',
  request: httpEvent({ path: '/health' }),
  answer: { status: 200 },
  seen: { 'span pack fine': 1, broken: 0 },
};
