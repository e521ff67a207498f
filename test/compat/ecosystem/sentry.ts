import 'reflect-metadata';
import * as Sentry from '@sentry/nestjs';
import { SentryGlobalFilter, SentryModule } from '@sentry/nestjs/setup';
import { Controller, Get, Injectable, Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';
import { createLambdaHandler, Durable, type DurableContext, DurableExecutionModule } from 'nestjs-durable-execution';
import { openTelemetry } from 'nestjs-durable-execution/otel';
import { httpEvent, tellWorld, type UseCase } from './use-case.js';

Sentry.init({
  dsn: 'https://key@sentry.example/1',
  tracesSampleRate: 1,
  beforeSend: ({ exception }) => {
    tellWorld(`captured ${exception?.values?.at(-1)?.value}`);
    return null;
  },
});

/** Sentry's own provider takes no ids, so executions are traced with another. */
const tracerProvider = new NodeTracerProvider({
  spanProcessors: [
    new SimpleSpanProcessor({
      export: (spans, done) => {
        for (const { name } of spans) tellWorld(`span ${name}`);
        done({ code: 0 });
      },
      shutdown: async () => undefined,
    }),
  ],
});

@Injectable()
class Orders {
  @Durable('order')
  async order(_input: unknown, context: DurableContext): Promise<void> {
    await context.wait('a while', { minutes: 5 });
    throw new RangeError('too late');
  }
}

@Controller()
class Shop {
  @Get('broken')
  broken(): void {
    throw new Error('out of order');
  }
}

@Module({
  imports: [
    SentryModule.forRoot(),
    DurableExecutionModule.forRoot({
      engine: { plugins: [openTelemetry({ tracerProvider })] },
      onExecutionFailed: async ({ error }) => {
        Sentry.captureException(error);
        await Sentry.flush(2000);
      },
    }),
  ],
  controllers: [Shop],
  providers: [{ provide: APP_FILTER, useClass: SentryGlobalFilter }, Orders],
})
class AppModule {}

export const useCase: UseCase = {
  handler: createLambdaHandler(AppModule),
  input: {},
  expected: { Status: 'FAILED', type: 'RangeError', message: 'too late' },
  request: httpEvent({ path: '/broken' }),
  answer: { status: 500 },
  seen: { 'captured too late': 1, 'span a while': 1, 'span Workflow': 1 },
};
