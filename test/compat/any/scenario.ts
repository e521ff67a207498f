import assert from 'node:assert/strict';
import {
  GetDurableExecutionCommand,
  GetDurableExecutionHistoryCommand,
  InvokeCommand,
  LambdaClient,
} from '@aws-sdk/client-lambda';
import { type LocalService, type LocalServiceOptions, startLocalService } from 'nestjs-durable-execution/local';

/** How the service runs the function under test: its module, or its handler in this process. */
export type FunctionUnderTest =
  { module: string; environment?: Record<string, string> } | { handler: (event: unknown, context: any) => unknown };

const durable = { executionTimeoutSeconds: 30 * 24 * 3600 };

/** Runs the function under test on the local service, through an AWS client, and asserts its response. */
export async function runScenario(fn: FunctionUnderTest, { hasRoutes }: { hasRoutes: boolean }): Promise<void> {
  const functions = { orders: { ...fn, durable }, plain: fn } as unknown as LocalServiceOptions['functions'];
  const service = await startLocalService({ skipTime: true, functions });
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_LAMBDA: service.endpoint,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
  });
  const client = new LambdaClient({ endpoint: service.endpoint });
  try {
    await fulfilsAnOrder(client);
    await failsAtOnce(client);
    if (hasRoutes) await servesRoutes(service);
  } finally {
    client.destroy();
    await service.close();
  }
}

async function invoke(client: LambdaClient, input: object) {
  const command = new InvokeCommand({
    FunctionName: 'orders',
    Qualifier: '$LATEST',
    Payload: Buffer.from(JSON.stringify(input)),
  });
  const { DurableExecutionArn, FunctionError, Payload } = await client.send(command);
  const [execution, { Events = [] }] = await Promise.all([
    client.send(new GetDurableExecutionCommand({ DurableExecutionArn, IncludeExecutionData: true })),
    client.send(new GetDurableExecutionHistoryCommand({ DurableExecutionArn, IncludeExecutionData: true })),
  ]);
  const count = (type: string) => Events.filter(({ EventType }) => EventType === type).length;
  return { FunctionError, answer: JSON.parse(Buffer.from(Payload ?? []).toString()), execution, count };
}

async function fulfilsAnOrder(client: LambdaClient): Promise<void> {
  const { FunctionError, answer, execution, count } = await invoke(client, { id: '7' });
  assert.equal(FunctionError, undefined, JSON.stringify(answer));
  assert.deepEqual(answer, { receipt: 'receipt of 7', parcel: 'parcel of 7' });
  assert.equal(execution.Status, 'SUCCEEDED');
  assert.equal(count('StepSucceeded'), 2);
  assert.equal(count('WaitSucceeded'), 1);
  assert.equal(count('InvocationCompleted'), 2, 'the wait suspends: one invocation before it, one after');
}

/** Another copy's `ExecutionError` has to be recognised: an unknown error in a step would be retried. */
async function failsAtOnce(client: LambdaClient): Promise<void> {
  const { FunctionError, execution, count } = await invoke(client, { id: 'unpaid' });
  assert.equal(FunctionError, 'Unhandled');
  assert.equal(execution.Status, 'FAILED');
  assert.equal(execution.Error?.ErrorType, 'ExecutionError');
  assert.equal(execution.Error?.ErrorMessage, 'The card was refused.');
  assert.equal(execution.Error?.ErrorData, 'unpaid');
  assert.equal(count('StepStarted'), 1);
}

async function servesRoutes({ endpoint }: LocalService): Promise<void> {
  const placed = await fetch(`${endpoint}/fn/orders/orders`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ id: '8' }),
  });
  assert.equal(placed.status, 201);
  assert.equal(await placed.text(), '{"receipt":"receipt of 8"}');
  const health = await fetch(`${endpoint}/fn/plain/orders/health`);
  assert.equal(health.status, 200);
  assert.equal(await health.text(), '{"ok":true}');
}
