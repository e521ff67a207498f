import { jest } from '@jest/globals';
import { Injectable, Module } from '@nestjs/common';
import { lambdaContext, MemoryService } from '../fixtures/memory-service.js';

const SQS_EVENT = {
  Records: [{ messageId: 'm-1', body: '{}', eventSource: 'aws:sqs', eventSourceARN: 'arn:aws:sqs:us-east-1:1:orders' }],
};
const SUCCEEDED = { Status: 'SUCCEEDED', Result: '"done"' };

const load = jest.fn();
jest.unstable_mockModule('../../lib/nest/lambda/run-execution.js', () => {
  load();
  return { loadPlugins: async () => [], runExecution: async () => SUCCEEDED };
});

async function makeHandler(client: MemoryService, handler?: string) {
  const { createLambdaHandler, Durable, DurableExecutionModule, LambdaEvent } = await import('../../lib/index.js');

  @Injectable()
  class Orders {
    @Durable('fulfil')
    fulfil(): string {
      return 'done';
    }
    @LambdaEvent('sqs')
    onMessage(): string {
      return 'received';
    }
  }

  @Module({ imports: [DurableExecutionModule.forRoot({ client })], providers: [Orders] })
  class AppModule {}
  return createLambdaHandler(AppModule, { handler, nest: { logger: false } });
}

describe('The engine that runs invocations', () => {
  beforeEach(() => {
    jest.resetModules();
    load.mockClear();
  });
  afterEach(() => delete process.env['AWS_LAMBDA_INITIALIZATION_TYPE']);

  it('is loaded by the first durable event, and by no other event', async () => {
    const client = new MemoryService({});
    const handle = await makeHandler(client);

    expect(await handle(SQS_EVENT, lambdaContext())).toBe('received');
    expect(load).not.toHaveBeenCalled();
    expect(await handle(client.event(), lambdaContext())).toEqual(SUCCEEDED);
    expect(await handle(client.event(), lambdaContext())).toEqual(SUCCEEDED);
    expect(load).toHaveBeenCalledTimes(1);
  });

  it('is loaded in the init phase of Lambda when a handler is named', async () => {
    process.env['AWS_LAMBDA_INITIALIZATION_TYPE'] = 'on-demand';
    const loading = new Promise<void>((resolve) => load.mockImplementationOnce(() => resolve()));
    const client = new MemoryService({});
    const handle = await makeHandler(client, 'fulfil');

    await loading;
    expect(await handle(client.event(), lambdaContext())).toEqual(SUCCEEDED);
    expect(load).toHaveBeenCalledTimes(1);
  });
});
