import {
  GetDurableExecutionCommand,
  GetDurableExecutionHistoryCommand,
  InvokeCommand,
  LambdaClient,
  ListDurableExecutionsByFunctionCommand,
  SendDurableExecutionCallbackFailureCommand,
  SendDurableExecutionCallbackHeartbeatCommand,
  SendDurableExecutionCallbackSuccessCommand,
} from '@aws-sdk/client-lambda';
import { type CallbackAction, callbackResultText } from './callback-actions.js';
import type { HistoryEvent } from './match-history.js';
import type { ExecutionEnd } from './match-result.js';
import { qualified } from './target-functions.js';

/** The service as anyone outside sees it: through the AWS client. */
export class DurableService {
  readonly #client: LambdaClient;

  constructor(endpoint: string) {
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    this.#client = new LambdaClient({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
  }

  /** Starts an execution; a synchronous call lasts as long as it. */
  async invoke(functionName: string, call: { executionName: string; input: unknown; isAsync: boolean }): Promise<void> {
    await this.#client.send(
      new InvokeCommand({
        FunctionName: qualified(functionName),
        InvocationType: call.isAsync ? 'Event' : 'RequestResponse',
        DurableExecutionName: call.executionName,
        Payload: Buffer.from(JSON.stringify(call.input)),
      }),
    );
  }

  /** The ARN of the function's only execution, once there is one. */
  async findExecution(functionName: string): Promise<string | undefined> {
    const input = { FunctionName: functionName, MaxItems: 1 };
    const page = await this.#client.send(new ListDurableExecutionsByFunctionCommand(input));
    return page.DurableExecutions?.[0]?.DurableExecutionArn;
  }

  async describe(arn: string): Promise<ExecutionEnd> {
    const { Status = '', Result } = await this.#client.send(
      new GetDurableExecutionCommand({ DurableExecutionArn: arn, IncludeExecutionData: true }),
    );
    return { Status, Result };
  }

  /** Every event so far, to the last page. */
  async history(arn: string): Promise<HistoryEvent[]> {
    const events: HistoryEvent[] = [];
    let Marker: string | undefined;
    do {
      const input = { DurableExecutionArn: arn, IncludeExecutionData: true, MaxItems: 1000, Marker };
      const page = await this.#client.send(new GetDurableExecutionHistoryCommand(input));
      events.push(...((page.Events ?? []) as HistoryEvent[]));
      Marker = page.NextMarker || undefined;
    } while (Marker !== undefined);
    return events;
  }

  async perform({ Operation, Payload }: CallbackAction, callbackId: string): Promise<void> {
    const CallbackId = callbackId;
    switch (Operation) {
      case 'heartbeat':
        await this.#client.send(new SendDurableExecutionCallbackHeartbeatCommand({ CallbackId }));
        return;
      case 'failure':
        await this.#client.send(
          new SendDurableExecutionCallbackFailureCommand({ CallbackId, Error: Payload as object }),
        );
        return;
      case 'success': {
        const text = callbackResultText(Payload);
        const Result = text === undefined ? undefined : Buffer.from(text);
        await this.#client.send(new SendDurableExecutionCallbackSuccessCommand({ CallbackId, Result }));
        return;
      }
      default:
        throw new Error(`A callback action is success, failure or heartbeat, not ${Operation satisfies never}.`);
    }
  }

  close(): void {
    this.#client.destroy();
  }
}
