import { LocalDurableTestRunner } from '@aws/durable-execution-sdk-js-testing';
import type * as official from '@aws/durable-execution-sdk-js';
import type { DurableExecutionInvocationOutput, DurableLambdaHandler } from 'nestjs-durable-execution/engine';
import { OperationStatus, withDurableExecution } from 'nestjs-durable-execution/engine';

/** Handlers of this package go into the official local runner as they are. */
const handler = withDurableExecution(async ({ id }: { id: string }, context) =>
  context.step('charge', async () => ({ charged: id })),
);

/** A function that passes handlers on, as test helpers do. */
function runnerOf<T>(handlerFunction: DurableLambdaHandler): LocalDurableTestRunner<T> {
  return new LocalDurableTestRunner<T>({ handlerFunction })
    .registerDurableFunction('bill', handlerFunction)
    .registerFunction('plain', handlerFunction);
}

export async function charge(): Promise<string | undefined> {
  const runner = runnerOf<{ charged: string }>(handler);
  const execution = await runner.run({ payload: { id: 'o-1' } });
  const done = execution.getOperations({ status: OperationStatus.SUCCEEDED });
  return `${done.length} ${execution.getResult()?.charged} ${execution.getError().errorMessage}`;
}

export const officialHandler: official.DurableLambdaHandler = handler;

/** Their results are still read by their texts. */
export async function answerOf(event: official.DurableExecutionInvocationInput): Promise<string> {
  const output = await handler(event, {} as Parameters<typeof handler>[1]);
  const told: DurableExecutionInvocationOutput = output;
  if (told.Status === 'SUCCEEDED') return told.Result ?? '';
  return output.Status === 'FAILED' ? (output.Error.ErrorMessage ?? '') : 'pending';
}
