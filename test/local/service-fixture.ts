import { setTimeout as delay } from 'node:timers/promises';
import {
  GetDurableExecutionCommand,
  GetDurableExecutionHistoryCommand,
  InvokeCommand,
  LambdaClient,
} from '@aws-sdk/client-lambda';
import type { Event, GetDurableExecutionResponse } from '@aws-sdk/client-lambda';
import type { LocalService, LocalServiceOptions } from '../../lib/local/index.js';
import { startLocalService } from '../../lib/local/index.js';

export const CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' };

export function clientOf(endpoint: string, maxAttempts = 1): LambdaClient {
  return new LambdaClient({ endpoint, region: 'us-east-1', credentials: CREDENTIALS, maxAttempts });
}

export interface Stage {
  service: LocalService;
  client: LambdaClient;
  close(): Promise<void>;
}

/** A service with an AWS client of it; the client of functions in this process finds it too. */
export async function startStage(options: LocalServiceOptions): Promise<Stage> {
  const service = await startLocalService(options);
  process.env['AWS_ENDPOINT_URL_LAMBDA'] = service.endpoint;
  process.env['AWS_REGION'] = 'us-east-1';
  process.env['AWS_ACCESS_KEY_ID'] = 'local';
  process.env['AWS_SECRET_ACCESS_KEY'] = 'local';
  const client = clientOf(service.endpoint);
  return {
    service,
    client,
    close: async () => {
      client.destroy();
      await service.close();
    },
  };
}

/** Starts an execution asynchronously. @returns its ARN */
export async function start(client: LambdaClient, functionName: string, input?: unknown): Promise<string> {
  const { DurableExecutionArn } = await client.send(
    new InvokeCommand({
      FunctionName: functionName,
      Qualifier: '$LATEST',
      InvocationType: 'Event',
      ...(input === undefined ? {} : { Payload: JSON.stringify(input) }),
    }),
  );
  return DurableExecutionArn as string;
}

/** Polls until an execution is closed. */
export async function closed(client: LambdaClient, arn: string): Promise<GetDurableExecutionResponse> {
  const describe = () =>
    client.send(new GetDurableExecutionCommand({ DurableExecutionArn: arn, IncludeExecutionData: true }));
  return eventually(async () => {
    const execution = await describe();
    return execution.Status === 'RUNNING' ? undefined : execution;
  });
}

export async function historyOf(client: LambdaClient, arn: string): Promise<Event[]> {
  const { Events } = await client.send(
    new GetDurableExecutionHistoryCommand({ DurableExecutionArn: arn, IncludeExecutionData: true, MaxItems: 1000 }),
  );
  return Events ?? [];
}

/** Polls until a history holds an event. */
export async function eventOf(client: LambdaClient, arn: string, isWanted: (event: Event) => boolean): Promise<Event> {
  return eventually(async () => (await historyOf(client, arn)).find(isWanted));
}

/** Polls until there is a response: for actions of the service that send no signal. */
export async function eventually<T>(ask: () => Promise<T | undefined> | T | undefined, limitMs = 60_000): Promise<T> {
  for (let waitedMs = 0; waitedMs < limitMs; waitedMs += 5) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await delay(5);
  }
  throw new Error(`No answer after ${limitMs} ms: ${ask}`);
}

/** Waits until so many invocations of an execution have ended and been recorded. */
export async function invocationsEnded(client: LambdaClient, arn: string, count: number): Promise<void> {
  await eventually(async () => {
    const ended = (await historyOf(client, arn)).filter(({ EventType }) => EventType === 'InvocationCompleted');
    return ended.length >= count || undefined;
  });
}
