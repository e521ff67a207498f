import { nodeModule } from '../node-module.js';
import type { ExecutionStatus as SdkExecutionStatus } from '@aws-sdk/client-lambda';
import { borrowed } from './borrowed-command.js';
import type { BorrowedRequest } from './borrowed-command.js';
import { STANDARD_TIMEOUTS, type CallTimeouts } from './call-timeouts.js';
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
  StartExecutionRequest,
} from './control-types.js';
import { LambdaConnection } from './lambda-connection.js';
import type { LambdaConnectionOptions } from './lambda-connection-options.js';
import { pages } from './pages.js';
import { invokeOf, readFinished, readStarted } from './start-execution.js';

const { randomUUID } = nodeModule('node:crypto');

/** A synchronous start stays open and silent as long as Lambda allows it: 15 minutes, and a little time to respond. */
const WAITING_TIMEOUTS: CallTimeouts = { socketTimeout: 0, requestTimeout: 905_000 };

/** The most entries that a page may have (docs/protocol.md#getdurableexecutionhistory). */
const PAGE_ITEMS = 1000;

/**
 * Starts, reads and controls durable executions from outside, in plain JavaScript values.
 *
 * Every method fails with `DurableControlError`. The AWS SDK is loaded with the first call.
 *
 * @example
 * ```ts
 * const control = new DurableControlClient({ region: 'eu-central-1' });
 * const { executionArn } = await control.start({ functionName: 'orders:live', input: { orderId: 7 } });
 * for await (const event of control.history(executionArn)) console.log(event.type, event.name);
 * ```
 * @see docs/protocol.md#the-api
 */
export class DurableControlClient {
  private readonly lambda: LambdaConnection;
  private readonly waitingLambda: LambdaConnection;

  /** The configured endpoint. */
  readonly endpoint: string | undefined;

  constructor(options: LambdaConnectionOptions = {}) {
    this.endpoint = options.endpoint;
    this.lambda = new LambdaConnection(options, STANDARD_TIMEOUTS);
    this.waitingLambda = new LambdaConnection(options, WAITING_TIMEOUTS);
  }

  /** Starts an execution and returns immediately; it may live for its function's ExecutionTimeout, up to 366 days. */
  async start(request: StartExecutionRequest): Promise<StartedExecution> {
    const invoke = invokeOf(request, 'Event');
    return calling('Invoke', async () =>
      readStarted(invoke, await this.lambda.send((sdk) => new sdk.InvokeCommand(invoke))),
    );
  }

  /**
   * Starts an execution, or finds the one with the same name and input, and waits until it ends: at most 15 minutes.
   */
  async startAndWait(request: StartExecutionRequest): Promise<FinishedExecution> {
    const invoke = invokeOf(request, 'RequestResponse');
    return calling('Invoke', async () =>
      readFinished(invoke, await this.waitingLambda.send((sdk) => new sdk.InvokeCommand(invoke))),
    );
  }

  /** Describes an execution, with input, result and error unless these are declined. */
  describe(
    executionArn: string,
    { includeData = true }: { includeData?: boolean } = {},
  ): Promise<ExecutionDescription> {
    const input = { DurableExecutionArn: executionArn, IncludeExecutionData: includeData };
    return calling('GetDurableExecution', async () =>
      toDescription(await this.lambda.send((sdk) => new sdk.GetDurableExecutionCommand(input))),
    );
  }

  /** Reads the history of an execution; pages are fetched during the iteration. */
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

  /** Lists the executions of a function; pages are fetched during the iteration. */
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

  /**
   * Stops an execution; nothing changes if it has ended. Running code continues until its next checkpoint.
   *
   * @returns when it was stopped, or had ended
   */
  stop(executionArn: string, error: RecordedError = {}): Promise<Date> {
    const input = { DurableExecutionArn: executionArn, Error: toErrorObject(error) };
    return calling('StopDurableExecution', async () => {
      const { StopTimestamp } = await this.lambda.send((sdk) => new sdk.StopDurableExecutionCommand(input));
      return StopTimestamp as Date;
    });
  }

  /**
   * Pauses a RUNNING execution. If its code is running, it is PAUSING until its next checkpoint. Waits, retry delays,
   * callbacks and chained invokes still complete. None of the function's code runs until {@link resume}.
   */
  async pause(executionArn: string, options: PauseOptions = {}): Promise<void> {
    const { reason, executionTimeoutPaused, clientToken = randomUUID() } = options;
    const body = { ClientToken: clientToken, Reason: reason, ExecutionTimeoutPaused: executionTimeoutPaused };
    await this.borrow('PauseDurableExecution', executionArn, { method: 'POST', suffix: '/pause', body });
  }

  /** Resumes a PAUSED execution; a pause that has not taken effect yet is cancelled. */
  async resume(executionArn: string, { reason, clientToken = randomUUID() }: ResumeOptions = {}): Promise<void> {
    const body = { ClientToken: clientToken, Reason: reason };
    await this.borrow('ResumeDurableExecution', executionArn, { method: 'POST', suffix: '/resume', body });
  }

  /** Deletes an execution that has ended; it is DELETING until that is done. */
  async delete(executionArn: string): Promise<void> {
    await this.borrow('DeleteDurableExecution', executionArn, { method: 'DELETE', suffix: '' });
  }

  private async borrow(apiName: string, DurableExecutionArn: string, request: BorrowedRequest): Promise<void> {
    await calling(apiName, () =>
      this.lambda.send((sdk) => borrowed(new sdk.StopDurableExecutionCommand({ DurableExecutionArn }), request)),
    );
  }

  /** Completes a callback. @param result sent unchanged; the callback's serdes reads it */
  async sendCallbackSuccess(callbackId: string, result?: string | Uint8Array): Promise<void> {
    const bytes = typeof result === 'string' ? new TextEncoder().encode(result) : result;
    const input = { CallbackId: callbackId, Result: bytes };
    await calling('SendDurableExecutionCallbackSuccess', () =>
      this.lambda.send((sdk) => new sdk.SendDurableExecutionCallbackSuccessCommand(input)),
    );
  }

  /** Fails a callback. An empty error may never wake the execution, so give it content. */
  async sendCallbackFailure(callbackId: string, error: RecordedError): Promise<void> {
    const input = { CallbackId: callbackId, Error: toErrorObject(error) };
    await calling('SendDurableExecutionCallbackFailure', () =>
      this.lambda.send((sdk) => new sdk.SendDurableExecutionCallbackFailureCommand(input)),
    );
  }

  /** Reports that the work for a callback continues; without a heartbeat timeout it has no effect. */
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
