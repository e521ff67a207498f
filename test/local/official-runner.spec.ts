import { InvocationType } from '@aws-sdk/client-lambda';
import type { DurableContext } from '@aws/durable-execution-sdk-js';
import { withDurableExecution } from '@aws/durable-execution-sdk-js';
import {
  CloudDurableTestRunner,
  ExecutionStatus,
  OperationStatus,
  OperationType,
  WaitingOperationStatus,
} from '@aws/durable-execution-sdk-js-testing';
import type { Stage } from './service-fixture.js';
import { startStage } from './service-fixture.js';

const durable = { executionTimeoutSeconds: 600 };

/** The official library for tests against deployed functions, pointed at the local service. */
describe('the official cloud test runner', () => {
  let stage: Stage;

  const runnerOf = (functionName: string, invocationType: InvocationType = InvocationType.RequestResponse) =>
    new CloudDurableTestRunner({
      functionName: `${functionName}:$LATEST`,
      client: stage.client,
      config: { pollInterval: 10, invocationType },
    });

  const order = withDurableExecution(async (event: { amount: number }, context: DurableContext) => {
    const price = await context.step('price', async () => event.amount * 2);
    await context.wait('settle', { seconds: 30 });
    const receipts = await context.map('receipts', [1, 2, 3], async (each, item) =>
      each.step(async () => item * price),
    );
    const tax = await context.invoke<number, number>('tax', 'tax', price);
    const audit = await context.invoke('audit', 'audit:$LATEST', { price });
    return { price, receipts: receipts.getResults(), tax, audit };
  });
  const approval = withDurableExecution(async (_: unknown, context: DurableContext) =>
    context.waitForCallback('approve', async () => undefined, { timeout: { hours: 1 } }),
  );
  const failing = withDurableExecution(async (_: unknown, context: DurableContext) =>
    context.step(
      'broken',
      async () => {
        throw new RangeError('out of stock');
      },
      { retryStrategy: () => ({ shouldRetry: false }) },
    ),
  );
  const audit = withDurableExecution(async ({ price }: { price: number }, context: DurableContext) =>
    context.step('note', async () => `noted ${price}`),
  );

  beforeAll(async () => {
    stage = await startStage({
      skipTime: true,
      functions: {
        order: { handler: order, durable },
        approval: { handler: approval, durable },
        failing: { handler: failing, durable },
        audit: { handler: audit, durable },
        tax: { handler: async (price: number) => price * 0.2 },
      },
    });
  });
  afterAll(() => stage.close());

  it('reads the whole run of steps, waits, maps and invokes', async () => {
    const runner = runnerOf('order');
    const execution = await runner.run({ payload: { amount: 5 } });
    expect(execution.getStatus()).toBe(ExecutionStatus.SUCCEEDED);
    expect(execution.getResult()).toEqual({ price: 10, receipts: [10, 20, 30], tax: 2, audit: 'noted 10' });
    expect(execution.getInvocations()).toHaveLength(4);
    expect(runner.getOperation('settle').getWaitDetails()).toMatchObject({ waitSeconds: 30 });
    expect(runner.getOperation('tax').getType()).toBe(OperationType.CHAINED_INVOKE);
    expect(runner.getOperation('receipts').getStatus()).toBe(OperationStatus.SUCCEEDED);
  });

  it('answers a callback from outside', async () => {
    const runner = runnerOf('approval', InvocationType.Event);
    const running = runner.run();
    const callback = runner.getOperation<string>('approve');
    await callback.waitForData(WaitingOperationStatus.SUBMITTED);
    await callback.sendCallbackSuccess('granted');
    expect((await running).getResult()).toBe('granted');
  });

  it('sees a failure as it was', async () => {
    const execution = await runnerOf('failing', InvocationType.Event).run();
    expect(execution.getStatus()).toBe(ExecutionStatus.FAILED);
    expect(execution.getError()).toMatchObject({ errorMessage: 'out of stock' });
  });
});
