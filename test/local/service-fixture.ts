import { GetDurableExecutionCommand, GetDurableExecutionHistoryCommand, InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
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
  for (;;) {
    const execution = await client.send(new GetDurableExecutionCommand({ DurableExecutionArn: arn }));
    if (execution.Status !== 'RUNNING') return execution;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

export async function historyOf(client: LambdaClient, arn: string): Promise<Event[]> {
  const { Events } = await client.send(
    new GetDurableExecutionHistoryCommand({ DurableExecutionArn: arn, IncludeExecutionData: true, MaxItems: 1000 }),
  );
  return Events ?? [];
}

/** Polls until a history holds an event. */
export async function eventOf(client: LambdaClient, arn: string, isWanted: (event: Event) => boolean): Promise<Event> {
  for (;;) {
    const found = (await historyOf(client, arn)).find(isWanted);
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
