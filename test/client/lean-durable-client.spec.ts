import { SendDurableExecutionCallbackSuccessCommand } from '@aws-sdk/client-lambda';
import { createLeanDurableClient, withDurableExecution } from '../../lib/engine/index.js';
import { closed, eventOf, start, startStage } from '../local/service-fixture.js';
import type { Stage } from '../local/service-fixture.js';

const durable = { executionTimeoutSeconds: 3600 };

describe('createLeanDurableClient', () => {
  let stage: Stage;
  let payments = 0;

  const order = withDurableExecution(
    async (event: { sku: string }, context) => {
      const reserved = await context.step('reserve', async () => `reserved ${event.sku}`);
      const paid = await context.step('charge', async () => {
        payments += 1;
        if (payments === 1) throw new Error('declined');
        return 'paid';
      });
      await context.wait('cool down', { seconds: 30 });
      const approval = await context.waitForCallback('approval', async () => undefined);
      return [reserved, paid, approval];
    },
    { durableExecutionClient: createLeanDurableClient() },
  );

  beforeAll(async () => {
    stage = await startStage({ functions: { order: { handler: order, durable } }, skipTime: true });
  });
  afterAll(() => stage.close());

  it('carries an execution through retries, waits and callbacks', async () => {
    const arn = await start(stage.client, 'order', { sku: 'a1' });
    const isCallback = ({ EventType }: { EventType?: string }) => EventType === 'CallbackStarted';
    const { CallbackStartedDetails } = await eventOf(stage.client, arn, isCallback);
    await stage.client.send(
      new SendDurableExecutionCallbackSuccessCommand({
        CallbackId: CallbackStartedDetails?.CallbackId,
        Result: Buffer.from('yes'),
      }),
    );

    await expect(closed(stage.client, arn)).resolves.toMatchObject({
      Status: 'SUCCEEDED',
      Result: JSON.stringify(['reserved a1', 'paid', 'yes']),
    });
    expect(payments).toBe(2);
  });
});
