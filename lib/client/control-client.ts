import { STANDARD_TIMEOUTS, type CallTimeouts } from './call-timeouts.js';
import type { ControlCalls } from './control-calls.js';
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
import { recordedErrorOf } from './recorded-error-of.js';
import type { StatedStart } from './start-execution.js';
import { jsonText } from '../wire/json-text.js';
import { written } from './written.js';

/** A synchronous start stays open and silent as long as Lambda allows it: 15 minutes, and a little time to respond. */
const WAITING_TIMEOUTS: CallTimeouts = { socketTimeout: 0, requestTimeout: 905_000 };

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
  /** The configured endpoint. */
  readonly endpoint: string | undefined;
  private loading: Promise<ControlCalls> | undefined;

  constructor(private readonly options: LambdaConnectionOptions = {}) {
    this.endpoint = options.endpoint;
  }

  /** Starts an execution and returns immediately; it may live for its function's ExecutionTimeout, up to 366 days. */
  async start(request: StartExecutionRequest): Promise<StartedExecution> {
    const stated = await withText(request);
    return (await this.calls()).start(stated);
  }

  /**
   * Starts an execution, or finds the one with the same name and input, and waits until it ends: at most 15 minutes.
   */
  async startAndWait(request: StartExecutionRequest): Promise<FinishedExecution> {
    const stated = await withText(request);
    return (await this.calls()).startAndWait(stated);
  }

  /** Describes an execution, with input, result and error unless these are declined. */
  async describe(executionArn: string, options?: { includeData?: boolean }): Promise<ExecutionDescription> {
    const stated = { ...options };
    return (await this.calls()).describe(executionArn, stated);
  }

  /** Reads the history of an execution; pages are fetched during the iteration. */
  history(executionArn: string, query?: HistoryQuery): AsyncGenerator<HistoryEvent> {
    const stated = { ...query };
    return this.read((calls) => calls.history(executionArn, stated));
  }

  /** Lists the executions of a function; pages are fetched during the iteration. */
  list(query: ExecutionQuery): AsyncGenerator<ExecutionSummary> {
    const stated = { ...query };
    return this.read((calls) => calls.list(stated));
  }

  /**
   * Stops an execution; nothing changes if it has ended. Running code continues until its next checkpoint.
   *
   * @returns when it was stopped, or had ended
   */
  async stop(executionArn: string, error?: RecordedError): Promise<Date> {
    const stated = recordedErrorOf(error);
    return (await this.calls()).stop(executionArn, stated);
  }

  /**
   * Pauses a RUNNING execution. If its code is running, it is PAUSING until its next checkpoint. Waits, retry delays,
   * callbacks and chained invokes still complete. None of the function's code runs until {@link resume}.
   */
  async pause(executionArn: string, options?: PauseOptions): Promise<void> {
    const stated = { ...options };
    await (await this.calls()).pause(executionArn, stated);
  }

  /** Resumes a PAUSED execution; a pause that has not taken effect yet is cancelled. */
  async resume(executionArn: string, options?: ResumeOptions): Promise<void> {
    const stated = { ...options };
    await (await this.calls()).resume(executionArn, stated);
  }

  /** Deletes an execution that has ended; it is DELETING until that is done. */
  async delete(executionArn: string): Promise<void> {
    await (await this.calls()).delete(executionArn);
  }

  /** Completes a callback. @param result sent unchanged; the callback's serdes reads it */
  async sendCallbackSuccess(callbackId: string, result?: string | Uint8Array): Promise<void> {
    await (await this.calls()).sendCallbackSuccess(callbackId, result);
  }

  /** Fails a callback. An empty error may never wake the execution, so give it content. An `Error` has it. */
  async sendCallbackFailure(callbackId: string, error: RecordedError): Promise<void> {
    const stated = recordedErrorOf(error);
    await (await this.calls()).sendCallbackFailure(callbackId, stated);
  }

  /** Reports that the work for a callback continues; without a heartbeat timeout it has no effect. */
  async sendCallbackHeartbeat(callbackId: string): Promise<void> {
    await (await this.calls()).sendCallbackHeartbeat(callbackId);
  }

  private async *read<T>(open: (calls: ControlCalls) => AsyncGenerator<T>): AsyncGenerator<T> {
    yield* open(await this.calls());
  }

  /** The methods copy their arguments first: the caller may change them while the code of the calls is loaded. */
  private calls(): Promise<ControlCalls> {
    return (this.loading ??= this.load());
  }

  private async load(): Promise<ControlCalls> {
    const { ControlCalls } = await import('./control-calls.js');
    const connection = (timeouts: CallTimeouts) => new LambdaConnection(this.options, timeouts);
    return new ControlCalls(connection(STANDARD_TIMEOUTS), connection(WAITING_TIMEOUTS));
  }
}

/** The request with its input as text; a missing one lacks the name of the function. */
async function withText(given: StartExecutionRequest): Promise<StatedStart> {
  const { input, ...request } = Object(given) as StartExecutionRequest;
  return { ...request, input: await written('Invoke', 'The input', () => jsonText(input)) };
}
