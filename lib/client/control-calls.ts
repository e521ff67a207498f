import { nodeModule } from '../node-module.js';
import type { ExecutionStatus as SdkExecutionStatus } from '@aws-sdk/client-lambda';
import { borrowed } from './borrowed-command.js';
import type { BorrowedRequest } from './borrowed-command.js';
import { toDescription, toErrorObject, toHistoryEvent, toSummary } from './control-results.js';
import type {
  ExecutionDescription,
  ExecutionQuery,
  ExecutionSummary,
  FinishedExecution,
  HistoryEvent,
  HistoryQuery,
  PauseOptions,
  RecordedError,
  ResumeOptions,
  StartedExecution,
} from './control-types.js';
import type { LambdaConnection } from './lambda-connection.js';
import { pages } from './pages.js';
import { invokeOf, readFinished, readStarted, type StatedStart } from './start-execution.js';

const { randomUUID } = nodeModule('node:crypto');

/** The most entries that a page may have (docs/protocol.md#getdurableexecutionhistory). */
const PAGE_ITEMS = 1000;

/** The calls of a `DurableControlClient`, loaded with the first of them. */
export class ControlCalls {
  constructor(
    private readonly lambda: LambdaConnection,
    /** For calls that wait for the end of an execution. */
    private readonly waitingLambda: LambdaConnection,
  ) {}

  async start(request: StatedStart): Promise<StartedExecution> {
    const invoke = invokeOf(request, 'Event');
    return calling('Invoke', async () =>
      readStarted(invoke, await this.lambda.send((sdk) => new sdk.InvokeCommand(invoke))),
    );
  }

  async startAndWait(request: StatedStart): Promise<FinishedExecution> {
    const invoke = invokeOf(request, 'RequestResponse');
    return calling('Invoke', async () =>
      readFinished(invoke, await this.waitingLambda.send((sdk) => new sdk.InvokeCommand(invoke))),
    );
  }

  describe(
    executionArn: string,
    { includeData = true }: { includeData?: boolean } = {},
  ): Promise<ExecutionDescription> {
    const input = { DurableExecutionArn: executionArn, IncludeExecutionData: includeData };
    return calling('GetDurableExecution', async () =>
      toDescription(await this.lambda.send((sdk) => new sdk.GetDurableExecutionCommand(input))),
    );
  }

  history(
    executionArn: string,
    { includeData = true, newestFirst = false }: HistoryQuery = {},
  ): AsyncGenerator<HistoryEvent> {
    const input = {
      DurableExecutionArn: executionArn,
      // Always sent: the service and its local replacements disagree about the default.
      IncludeExecutionData: includeData,
      ReverseOrder: newestFirst,
      MaxItems: PAGE_ITEMS,
    };
    return pages((Marker) =>
      calling('GetDurableExecutionHistory', async () => {
        const page = await this.lambda.send((sdk) => new sdk.GetDurableExecutionHistoryCommand({ ...input, Marker }));
        return { items: (page.Events ?? []).map(toHistoryEvent), next: page.NextMarker };
      }),
    );
  }

  list(query: ExecutionQuery): AsyncGenerator<ExecutionSummary> {
    const input = {
      FunctionName: query.functionName,
      Qualifier: query.qualifier,
      DurableExecutionName: query.executionName,
      // The types of today's AWS client lack the statuses of a pause, but it sends them.
      Statuses: query.statuses as SdkExecutionStatus[] | undefined,
      StartedAfter: query.startedAfter,
      StartedBefore: query.startedBefore,
      ReverseOrder: query.oldestFirst,
      MaxItems: PAGE_ITEMS,
    };
    return pages((Marker) =>
      calling('ListDurableExecutionsByFunction', async () => {
        const page = await this.lambda.send(
          (sdk) => new sdk.ListDurableExecutionsByFunctionCommand({ ...input, Marker }),
        );
        return { items: (page.DurableExecutions ?? []).map(toSummary), next: page.NextMarker };
      }),
    );
  }

  stop(executionArn: string, error: RecordedError = {}): Promise<Date> {
    const input = { DurableExecutionArn: executionArn, Error: toErrorObject(error) };
    return calling('StopDurableExecution', async () => {
      const { StopTimestamp } = await this.lambda.send((sdk) => new sdk.StopDurableExecutionCommand(input));
      return StopTimestamp as Date;
    });
  }

  async pause(executionArn: string, options: PauseOptions = {}): Promise<void> {
    const { reason, executionTimeoutPaused, clientToken = randomUUID() } = options;
    const body = { ClientToken: clientToken, Reason: reason, ExecutionTimeoutPaused: executionTimeoutPaused };
    await this.borrow('PauseDurableExecution', executionArn, { method: 'POST', suffix: '/pause', body });
  }

  async resume(executionArn: string, { reason, clientToken = randomUUID() }: ResumeOptions = {}): Promise<void> {
    const body = { ClientToken: clientToken, Reason: reason };
    await this.borrow('ResumeDurableExecution', executionArn, { method: 'POST', suffix: '/resume', body });
  }

  async delete(executionArn: string): Promise<void> {
    await this.borrow('DeleteDurableExecution', executionArn, { method: 'DELETE', suffix: '' });
  }

  private async borrow(apiName: string, DurableExecutionArn: string, request: BorrowedRequest): Promise<void> {
    await calling(apiName, () =>
      this.lambda.send((sdk) => borrowed(new sdk.StopDurableExecutionCommand({ DurableExecutionArn }), request)),
    );
  }

  async sendCallbackSuccess(callbackId: string, result?: string | Uint8Array): Promise<void> {
    const bytes = typeof result === 'string' ? new TextEncoder().encode(result) : result;
    const input = { CallbackId: callbackId, Result: bytes };
    await calling('SendDurableExecutionCallbackSuccess', () =>
      this.lambda.send((sdk) => new sdk.SendDurableExecutionCallbackSuccessCommand(input)),
    );
  }

  async sendCallbackFailure(callbackId: string, error: RecordedError): Promise<void> {
    const input = { CallbackId: callbackId, Error: toErrorObject(error) };
    await calling('SendDurableExecutionCallbackFailure', () =>
      this.lambda.send((sdk) => new sdk.SendDurableExecutionCallbackFailureCommand(input)),
    );
  }

  async sendCallbackHeartbeat(callbackId: string): Promise<void> {
    await calling('SendDurableExecutionCallbackHeartbeat', () =>
      this.lambda.send((sdk) => new sdk.SendDurableExecutionCallbackHeartbeatCommand({ CallbackId: callbackId })),
    );
  }
}

async function calling<T>(apiName: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    const { controlErrorOf } = await import('./control-failure.js');
    throw controlErrorOf(apiName, error);
  }
}
