import type { ExecutionStatus as SdkExecutionStatus } from '@aws-sdk/client-lambda';
import { randomUUID } from 'node:crypto';
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

/** A synchronous start stays open, silent, for as long as Lambda lets it: 15 minutes, and a little to answer. */
const WAITING_TIMEOUTS: CallTimeouts = { socketTimeout: 0, requestTimeout: 905_000 };

/** The most entries that a page may have (docs/protocol.md#getdurableexecutionhistory). */
const PAGE_ITEMS = 1000;

/**
 * Starts, watches and steers durable executions from outside, in plain JavaScript values.
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

  /** The endpoint that was given. */
  readonly endpoint: string | undefined;

  constructor(options: LambdaConnectionOptions = {}) {
    this.endpoint = options.endpoint;
    this.lambda = new LambdaConnection(options, STANDARD_TIMEOUTS);
    this.waitingLambda = new LambdaConnection(options, WAITING_TIMEOUTS);
  }

  /** Starts an execution and returns at once; it may live for its function's ExecutionTimeout, up to 366 days. */
  async start(request: StartExecutionRequest): Promise<StartedExecution> {
    const invoke = invokeOf(request, 'Event');
    return calling('Invoke', async () =>
      readStarted(invoke, await this.lambda.send((sdk) => new sdk.InvokeCommand(invoke))),
    );
  }

  /** Starts an execution, or finds the one of the same name and input, and waits for its end: at most 15 minutes. */
  async startAndWait(request: StartExecutionRequest): Promise<FinishedExecution> {
    const invoke = invokeOf(request, 'RequestResponse');
    return calling('Invoke', async () =>
      readFinished(invoke, await this.waitingLambda.send((sdk) => new sdk.InvokeCommand(invoke))),
    );
  }

  /** Tells how an execution stands, with input, result and error unless these are declined. */
  describe(
    executionArn: string,
    { includeData = true }: { includeData?: boolean } = {},
  ): Promise<ExecutionDescription> {
    const input = { DurableExecutionArn: executionArn, IncludeExecutionData: includeData };
    return calling('GetDurableExecution', async () =>
      toDescription(await this.lambda.send((sdk) => new sdk.GetDurableExecutionCommand(input))),
    );
  }

  /** Reads what has happened in an execution, page by page as it is iterated over. */
  history(
    executionArn: string,
    { includeData = true, newestFirst = false }: HistoryQuery = {},
  ): AsyncGenerator<HistoryEvent> {
    const input = {
      DurableExecutionArn: executionArn,
      // Never left out: the service and its stand-ins disagree about the default.
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

  /** Lists the executions of a function, page by page as they are iterated over. */
  list(query: ExecutionQuery): AsyncGenerator<ExecutionSummary> {
    const input = {
      FunctionName: query.functionName,
      Qualifier: query.qualifier,
      DurableExecutionName: query.executionName,
      // The AWS client of today does not list the statuses of a pause, and sends them all the same.
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
   * Stops an execution; one that has ended stays as it is. Code that is running goes on until its next checkpoint.
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
   * Pauses an execution that is RUNNING. One whose code is running is PAUSING until its next checkpoint. Waits, retries'
   * delays, callbacks and chained invokes go on completing; nothing of the function runs until {@link resume}.
   */
  async pause(executionArn: string, options: PauseOptions = {}): Promise<void> {
    const { reason, executionTimeoutPaused, clientToken = randomUUID() } = options;
    const body = { ClientToken: clientToken, Reason: reason, ExecutionTimeoutPaused: executionTimeoutPaused };
    await this.borrow('PauseDurableExecution', executionArn, { method: 'POST', suffix: '/pause', body });
  }

  /** Lets an execution go on that is PAUSED; a pause that has not taken hold yet is taken back. */
  async resume(executionArn: string, { reason, clientToken = randomUUID() }: ResumeOptions = {}): Promise<void> {
    const body = { ClientToken: clientToken, Reason: reason };
    await this.borrow('ResumeDurableExecution', executionArn, { method: 'POST', suffix: '/resume', body });
  }

  /** Forgets an execution that has ended; it is DELETING until that is done. */
  async delete(executionArn: string): Promise<void> {
    await this.borrow('DeleteDurableExecution', executionArn, { method: 'DELETE', suffix: '' });
  }

  private async borrow(apiName: string, DurableExecutionArn: string, request: BorrowedRequest): Promise<void> {
    await calling(apiName, () =>
      this.lambda.send((sdk) => borrowed(new sdk.StopDurableExecutionCommand({ DurableExecutionArn }), request)),
    );
  }

  /** Answers a callback. @param result handed over as it is; the callback's serdes reads it */
  async sendCallbackSuccess(callbackId: string, result?: string | Uint8Array): Promise<void> {
    const bytes = typeof result === 'string' ? new TextEncoder().encode(result) : result;
    const input = { CallbackId: callbackId, Result: bytes };
    await calling('SendDurableExecutionCallbackSuccess', () =>
      this.lambda.send((sdk) => new sdk.SendDurableExecutionCallbackSuccessCommand(input)),
    );
  }

  /** Answers a callback with a failure. An empty error may never wake the execution, so say something. */
  async sendCallbackFailure(callbackId: string, error: RecordedError): Promise<void> {
    const input = { CallbackId: callbackId, Error: toErrorObject(error) };
    await calling('SendDurableExecutionCallbackFailure', () =>
      this.lambda.send((sdk) => new sdk.SendDurableExecutionCallbackFailureCommand(input)),
    );
  }

  /** Tells that whoever holds the callback is still at work; without a heartbeat timeout it does nothing. */
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
