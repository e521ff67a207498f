import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { invokeOnLambda } from './lambda-runtime.mjs';

const node = process.env.LAMBDA_NODE ?? process.execPath;
const bundle = process.env.BUNDLE ?? join(import.meta.dirname, '../bundle');

/** The managed runtimes of durable functions, and AWS's runtime client, need at least Node 22. */
const MINIMUM_NODE = 22;

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

test("the bundle alone runs an order on AWS's runtime client, with Lambda's Node flags", async (t) => {
  const [major] = execFileSync(node, ['-p', 'process.versions.node'], { encoding: 'utf8' }).split('.');
  if (Number(major) < MINIMUM_NODE) return t.skip(`Node ${major} is none of Lambda's runtimes for durable functions`);
  const environment = { DURABLE_HANDLER: 'fulfil-order', GATEWAY_MS: '0' };
  const { kind, body, recorded } = await invokeOnLambda({ node, bundle, event, environment });
  assert.deepEqual({ kind, body }, { kind: 'response', body: { Status: 'PENDING' } });
  const begun = recorded.map(({ Name, Type, Action }) => `${Type} ${Name} ${Action}`);
  assert.ok(
    begun.some((line) => /^STEP .*reserve.* SUCCEED$/.test(line)),
    begun.join('\n'),
  );
});
