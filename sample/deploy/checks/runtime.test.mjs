import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { invokeOnLambda } from './lambda-runtime.mjs';

const node = process.env.LAMBDA_NODE ?? process.execPath;
const bundle = process.env.BUNDLE ?? join(import.meta.dirname, '../bundle');

/** The managed runtimes of durable functions, and AWS's runtime client, need at least Node 22. */
const MINIMUM_NODE = 22;

const [major] = execFileSync(node, ['-p', 'process.versions.node'], { encoding: 'utf8' }).split('.');
const nodeIsTooOld = Number(major) < MINIMUM_NODE && `Node ${major} is none of Lambda's runtimes for durable functions`;

const order = {
  orderId: 'order-7',
  customer: 'Ann',
  items: [{ sku: 'book', quantity: 1, priceCents: 500 }],
  totalCents: 500,
};

const executionId = '5f0c0a52-7a3e-4a57-9f0e-9d6f4a1f2c11';

const event = {
  DurableExecutionArn: `arn:aws:lambda:eu-west-1:123456789012:function:fulfil-order:1/durable-execution/order-7/${executionId}`,
  CheckpointToken: 'c3RhcnQ=',
  InitialExecutionState: {
    Operations: [
      {
        Id: executionId,
        Type: 'EXECUTION',
        Status: 'STARTED',
        StartTimestamp: Date.now(),
        ExecutionDetails: { InputPayload: JSON.stringify(order) },
      },
    ],
  },
};

/** As EventBridge sends it. */
const badEnd = {
  version: '0',
  id: '6a7e8feb-b491-4cf7-a9f1-bf3703467718',
  source: 'aws.lambda',
  'detail-type': 'Durable Execution Status Change',
  account: '123456789012',
  time: '2026-11-28T12:00:00Z',
  region: 'eu-west-1',
  resources: [],
  detail: {
    version: '1.0.0',
    durableExecutionArn: event.DurableExecutionArn,
    durableExecutionName: 'order-7',
    functionArn: 'arn:aws:lambda:eu-west-1:123456789012:function:fulfil-order:1',
    status: 'FAILED',
    startTimestamp: '2026-11-28T11:00:00Z',
    endTimestamp: '2026-11-28T12:00:00Z',
  },
};

test("the bundle alone runs an order on AWS's runtime client, with Lambda's Node flags", async (t) => {
  if (nodeIsTooOld) return t.skip(nodeIsTooOld);
  const environment = { DURABLE_HANDLER: 'fulfil-order', GATEWAY_MS: '0' };
  const { kind, body, recorded } = await invokeOnLambda({ node, bundle, event, environment });
  assert.deepEqual({ kind, body }, { kind: 'response', body: { Status: 'PENDING' } });
  const begun = recorded.map(({ Name, Type, Action }) => `${Type} ${Name} ${Action}`);
  assert.ok(
    begun.some((line) => /^STEP .*reserve.* SUCCEED$/.test(line)),
    begun.join('\n'),
  );
});

test('the same bundle, as the function that is not durable, takes the event of a bad end', async (t) => {
  if (nodeIsTooOld) return t.skip(nodeIsTooOld);
  const environment = { FULFIL_ORDER_FUNCTION: 'fulfil-order:live' };
  const send = (event) => invokeOnLambda({ node, bundle, event, environment });
  const { kind, recorded, said } = await send(badEnd);
  assert.deepEqual({ kind, recorded }, { kind: 'response', recorded: [] });
  assert.match(said, /An order has ended badly/);
  const good = await send({ ...badEnd, detail: { ...badEnd.detail, status: 'SUCCEEDED' } });
  assert.doesNotMatch(good.said, /An order has ended badly/);
});
