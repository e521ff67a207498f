// Two invocations in a process that does nothing else: one that only replays, then one that runs a step.
// Prints, for each, whether Node tracked promises in its handler: only then does what runs behind an await have an id.
import { executionAsyncId } from 'node:async_hooks';
import { withDurableExecution } from '../../../dist/esm/engine/index.js';

const FIRST_STEP = { Id: 'c4ca4238a0b92382', Type: 'STEP', SubType: 'Step', Status: 'SUCCEEDED' };
const EXECUTION = { Id: 'e1', Type: 'EXECUTION', Status: 'STARTED', ExecutionDetails: { InputPayload: '{}' } };

const eventOf = (...operations) => ({
  DurableExecutionArn: 'arn:aws:lambda:us-east-1:123456789012:function:f:1/durable-execution/n/e1',
  CheckpointToken: 'token',
  InitialExecutionState: { Operations: [EXECUTION, ...operations] },
});
const client = {
  checkpoint: async () => ({ CheckpointToken: 'next', NewExecutionState: { Operations: [] } }),
  getExecutionState: async () => ({ Operations: [] }),
};
const lambdaContext = { awsRequestId: 'request', functionName: 'f', getRemainingTimeInMillis: () => 60_000 };

const handler = withDurableExecution(
  async (_event, context) => {
    await context.step(async () => 1);
    return executionAsyncId() !== 0;
  },
  { durableExecutionClient: client },
);

const tracked = [];
for (const event of [eventOf(FIRST_STEP), eventOf()]) {
  const { Result } = await handler(event, lambdaContext);
  tracked.push(Result);
}
console.log(tracked.join(' '));
