import { nodeModule } from '../node-module.js';
import type { ExecutionStatus as SdkExecutionStatus } from '@aws-sdk/client-lambda';
import { borrowed } from './borrowed-command.js';
import type { BorrowedRequest } from './borrowed-command.js';
import { assertArguments, type Called, dateOf, notSent } from './control-arguments.js';
import { readList, toDescription, toErrorObject, toHistoryEvent, toSummary } from './control-results.js';
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
import { type Page, pages } from './pages.js';
import { invokeOf, type NamedInvoke, readFinished, readStarted, type StatedStart } from './start-execution.js';

const { randomUUID } = nodeModule('node:crypto');

/** The most entries that a page may have (docs/protocol.md#getdurableexecutionhistory). */
const PAGE_ITEMS = 1000;

const HISTORY = 'GetDurableExecutionHistory';
const LIST = 'ListDurableExecutionsByFunction';

type OfExecution = Called & { ids: { executionArn: string } };

/** The calls of a `DurableControlClient`, loaded with the first of them. */
export class ControlCalls {
  constructor(
    private readonly lambda: LambdaConnection,
    /** For calls that wait for the end of an execution. */
    private readonly waitingLambda: LambdaConnection,
  ) {}

  async start(request: StatedStart): Promise<StartedExecution> {
    const invoke = invokeOf(request, 'Event');
    return calling('Invoke', startOf(request, invoke), async () =>
      readStarted(invoke, await this.lambda.send((sdk) => new sdk.InvokeCommand(invoke))),
    );
  }

  async startAndWait(request: StatedStart): Promise<FinishedExecution> {
    const invoke = invokeOf(request, 'RequestResponse');
    return calling('Invoke', startOf(request, invoke), async () =>
      readFinished(invoke, await this.waitingLambda.send((sdk) => new sdk.InvokeCommand(invoke))),
    );
  }

  describe(executionArn: string, options: Pick<HistoryQuery, 'includeData'> = {}): Promise<ExecutionDescription> {
    const input = { DurableExecutionArn: executionArn, IncludeExecutionData: options.includeData ?? true };
    return calling('GetDurableExecution', { ids: { executionArn }, options }, async () =>
      toDescription(await this.lambda.send((sdk) => new sdk.GetDurableExecutionCommand(input))),
    );
  }

  history(executionArn: string, options: HistoryQuery = {}): AsyncGenerator<HistoryEvent> {
    const { includeData = true, newestFirst = false } = options;
    const input = {
      DurableExecutionArn: executionArn,
      // Always sent: the service and its local replacements disagree about the default.
      IncludeExecutionData: includeData,
      ReverseOrder: newestFirst,
      MaxItems: PAGE_ITEMS,
    };
    return reading(HISTORY, { ids: { executionArn }, options }, async (Marker) => {
      const page = await this.lambda.send((sdk) => new sdk.GetDurableExecutionHistoryCommand({ ...input, Marker }));
      return { items: readList(HISTORY, 'Events', page.Events).map(toHistoryEvent), next: page.NextMarker };
    });
  }

  list(query: ExecutionQuery): AsyncGenerator<ExecutionSummary> {
    const input = {
      FunctionName: query.functionName,
      Qualifier: query.qualifier,
      DurableExecutionName: query.executionName,
      // The types of today's AWS client lack the statuses of a pause, but it sends them.
      Statuses: query.statuses as SdkExecutionStatus[] | undefined,
      ReverseOrder: query.oldestFirst,
      MaxItems: PAGE_ITEMS,
    };
    const { functionName, startedAfter, startedBefore } = query;
    return reading(LIST, { ids: { functionName }, options: query }, async (Marker) => {
      const StartedAfter = dateOf('startedAfter', startedAfter);
      const StartedBefore = dateOf('startedBefore', startedBefore);
      const page = await this.lambda.send(
        (sdk) => new sdk.ListDurableExecutionsByFunctionCommand({ ...input, StartedAfter, StartedBefore, Marker }),
      );
      // Optional in the service's model: a function without executions may have none.
      return {
        items: readList(LIST, 'DurableExecutions', page.DurableExecutions ?? []).map(toSummary),
        next: page.NextMarker,
      };
    });
  }

  stop(executionArn: string, error: RecordedError = {}): Promise<Date> {
    const input = { DurableExecutionArn: executionArn, Error: toErrorObject(error) };
    return calling('StopDurableExecution', { ids: { executionArn } }, async () => {
      const { StopTimestamp } = await this.lambda.send((sdk) => new sdk.StopDurableExecutionCommand(input));
      return StopTimestamp as Date;
    });
  }

  async pause(executionArn: string, options: PauseOptions = {}): Promise<void> {
    const { reason, executionTimeoutPaused, clientToken = randomUUID() } = options;
    const body = { ClientToken: clientToken, Reason: reason, ExecutionTimeoutPaused: executionTimeoutPaused };
    const called = { ids: { executionArn }, options };
    await this.borrow('PauseDurableExecution', called, { method: 'POST', suffix: '/pause', body });
  }

  async resume(executionArn: string, options: ResumeOptions = {}): Promise<void> {
    const { reason, clientToken = randomUUID() } = options;
    const body = { ClientToken: clientToken, Reason: reason };
    const called = { ids: { executionArn }, options };
    await this.borrow('ResumeDurableExecution', called, { method: 'POST', suffix: '/resume', body });
  }

  async delete(executionArn: string): Promise<void> {
    await this.borrow('DeleteDurableExecution', { ids: { executionArn } }, { method: 'DELETE', suffix: '' });
  }

  private async borrow(apiName: string, called: OfExecution, request: BorrowedRequest): Promise<void> {
    const input = { DurableExecutionArn: called.ids.executionArn };
    await calling(apiName, called, () =>
      this.lambda.send((sdk) => borrowed(new sdk.StopDurableExecutionCommand(input), request)),
    );
  }

  async sendCallbackSuccess(callbackId: string, result?: string | Uint8Array): Promise<void> {
    const bytes = typeof result === 'string' ? new TextEncoder().encode(result) : result;
    const input = { CallbackId: callbackId, Result: bytes };
    await calling('SendDurableExecutionCallbackSuccess', { ids: { callbackId } }, () => {
      // Bytes may come from another realm, as in Jest: `instanceof` would not know them.
      if (bytes && !ArrayBuffer.isView(bytes)) {
        throw notSent(
          'result must be text or bytes: write the value as JSON, or call DurableClient.succeedCallback().',
        );
      }
      return this.lambda.send((sdk) => new sdk.SendDurableExecutionCallbackSuccessCommand(input));
    });
  }

  async sendCallbackFailure(callbackId: string, error: RecordedError): Promise<void> {
    const input = { CallbackId: callbackId, Error: toErrorObject(error) };
    await calling('SendDurableExecutionCallbackFailure', { ids: { callbackId } }, () =>
      this.lambda.send((sdk) => new sdk.SendDurableExecutionCallbackFailureCommand(input)),
    );
  }

  async sendCallbackHeartbeat(callbackId: string): Promise<void> {
    await calling('SendDurableExecutionCallbackHeartbeat', { ids: { callbackId } }, () =>
      this.lambda.send((sdk) => new sdk.SendDurableExecutionCallbackHeartbeatCommand({ CallbackId: callbackId })),
    );
  }
}

/** Without a name the service would make one up, and a repeated start would start again. */
function startOf(
  options: StatedStart,
  { FunctionName: functionName, DurableExecutionName: executionName }: NamedInvoke,
): Called {
  return { ids: { functionName, executionName }, options };
}

async function calling<T>(apiName: string, called: Called, call: () => Promise<T>): Promise<T> {
  try {
    assertArguments(apiName, called);
    return await call();
  } catch (error) {
    throw await failureOf(apiName, error);
  }
}

/** Reads a list page by page. */
async function* reading<T>(
  apiName: string,
  called: Called,
  fetchPage: (marker: string | undefined) => Promise<Page<T>>,
): AsyncGenerator<T> {
  try {
    assertArguments(apiName, called);
    yield* pages(apiName, fetchPage);
  } catch (error) {
    throw await failureOf(apiName, error);
  }
}

async function failureOf(apiName: string, error: unknown): Promise<Error> {
  const { controlErrorOf } = await import('./control-failure.js');
  return controlErrorOf(apiName, error);
}
