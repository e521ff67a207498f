import { SendDurableExecutionCallbackSuccessCommand } from '@aws-sdk/client-lambda';
import type { DurableContext } from '@aws/durable-execution-sdk-js';
import { withDurableExecution } from '@aws/durable-execution-sdk-js';
import type { Stage } from './service-fixture.js';
import { closed, eventOf, historyOf, start, startStage } from './service-fixture.js';

const durable = { executionTimeoutSeconds: 3600 };

describe('handlers written with the official SDK', () => {
  let stage: Stage;
  let payments = 0;

  const order = withDurableExecution(async (event: { sku: string }, context: DurableContext) => {
    const reserved = await context.step('reserve', async () => `reserved ${event.sku}`);
    const paid = await context.step('charge', async () => {
      payments += 1;
      if (payments === 1) throw new Error('declined');
      return 'paid';
    });
    await context.wait('cool down', { seconds: 30 });
    const approval = await context.waitForCallback('approval', async () => undefined);
    return [reserved, paid, approval];
  });

  beforeAll(async () => {
    stage = await startStage({ functions: { order: { handler: order, durable } }, skipTime: true });
  });
  afterAll(() => stage.close());

  it('run through steps, retries, waits and callbacks', async () => {
    const arn = await start(stage.client, 'order', { sku: 'a1' });
    const { CallbackStartedDetails } = await eventOf(
      stage.client,
      arn,
      ({ EventType }) => EventType === 'CallbackStarted',
    );
    await eventOf(stage.client, arn, ({ EventType, EventId }) => EventType === 'InvocationCompleted' && EventId === 16);
    await stage.client.send(
      new SendDurableExecutionCallbackSuccessCommand({
        CallbackId: CallbackStartedDetails?.CallbackId,
        Result: Buffer.from('yes'),
      }),
    );

    const execution = await closed(stage.client, arn);
    expect(execution).toMatchObject({ Status: 'SUCCEEDED', Result: JSON.stringify(['reserved a1', 'paid', 'yes']) });
    expect((await historyOf(stage.client, arn)).map(({ EventType }) => EventType)).toEqual([
      'ExecutionStarted',
      'StepStarted',
      'StepSucceeded',
      'StepStarted',
      'StepFailed',
      'InvocationCompleted',
      'StepStarted',
      'StepSucceeded',
      'WaitStarted',
      'InvocationCompleted',
      'WaitSucceeded',
      'ContextStarted',
      'CallbackStarted',
      'StepStarted',
      'StepSucceeded',
      'InvocationCompleted',
      'CallbackSucceeded',
      'ContextSucceeded',
      'InvocationCompleted',
      'ExecutionSucceeded',
    ]);
  });
});
