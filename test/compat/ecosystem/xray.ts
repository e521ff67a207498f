import './xray.setup.js';
import 'reflect-metadata';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { Controller, Get, Injectable, Module } from '@nestjs/common';
import AWSXRay from 'aws-xray-sdk-core';
import { createLambdaHandler, Durable, type DurableContext, DurableExecutionModule } from 'nestjs-durable-execution';
import { httpEvent, type UseCase } from './use-case.js';

@Injectable()
class Orders {
  @Durable('order')
  async order(_input: unknown, context: DurableContext): Promise<string> {
    await context.wait('a while', { minutes: 5 });
    return context.step('pack', () =>
      AWSXRay.captureAsyncFunc('pack', async (segment) => {
        segment?.close();
        return 'packed';
      }),
    );
  }
}

@Controller()
class Health {
  @Get('health')
  health(): object {
    return { ok: true };
  }
}

const client = AWSXRay.captureAWSv3Client(new LambdaClient({ endpoint: process.env.AWS_ENDPOINT_URL_LAMBDA }));

@Module({
  imports: [DurableExecutionModule.forRoot({ lambda: { client } })],
  controllers: [Health],
  providers: [Orders],
})
class AppModule {}

export const useCase: UseCase = {
  handler: createLambdaHandler(AppModule),
  input: {},
  expected: 'packed',
  request: httpEvent({ path: '/health' }),
  answer: { status: 200 },
  seen: { 'segment pack fine': 1, broken: 0 },
};
