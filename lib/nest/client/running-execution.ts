import type { DurableControlClient } from '../../client/control-client.js';
import type {
  ExecutionDescription,
  HistoryEvent,
  HistoryQuery,
  PauseOptions,
  RecordedError,
  ResumeOptions,
} from '../../client/control-types.js';
import { startOfText } from '../../wire/named-start.js';
import { asRecord } from '../../wire/thrown.js';
import { assertOptions, type OptionTypes } from '../errors/assert-options.js';
import type { ExecutionStatusChange } from '../events/status-change.js';
import type { ResultOptions } from './await-result.js';
import type { StoppedExecution } from './stop-compensating.js';
import { type CompensatingStop, reasonOf, STOP } from './stop-reason.js';
import { type StatusOptions, waitForStatus } from './wait-for-status.js';

const RESULT: OptionTypes<ResultOptions> = { signal: 'object', onProgress: 'function', maxPollMs: 'number' };
const STATUS: OptionTypes<StatusOptions> = { statuses: 'array', signal: 'object' };

/** The state of an execution, and its input. */
export interface DescribedExecution extends ExecutionDescription {
  /** The `@Durable()` method for which it was started by name; absent when its input names none. */
  handler?: string;
}

/** One execution, by its ARN. @typeParam R - its result */
export class RunningExecution<R = unknown> {
  constructor(
    private readonly control: DurableControlClient,
    readonly executionArn: string,
  ) {}

  /** Describes the execution. @throws {DurableControlError} */
  async describe(): Promise<DescribedExecution> {
    const description = await this.control.describe(this.executionArn);
    return { ...description, ...startOfText(description.input) };
  }

  /**
   * Waits for the end of the execution, for as long as it takes.
   * @throws {ExecutionEndedError} when it ended without a result
   * @throws {DurableControlError} when it cannot be read
   * @throws {SyntaxError} when its result is not JSON: read it by {@link describe}
   * @example
   * ```ts
   * const receipt = await execution.result({ signal: AbortSignal.timeout(60_000) });
   * ```
   */
  async result(options: ResultOptions = {}): Promise<R> {
    assertOptions('result()', options, RESULT);
    const { awaitResult } = await import('./await-result.js');
    return (await awaitResult(this.control, this.executionArn, options)) as R;
  }

  /**
   * Waits until this process receives a status event of the execution, without any request: by an event of EventBridge
   * that was passed to `createLambdaHandler()` or `DurableClient.statusChanged()`. So it is for processes that live on
   * and receive the events, such as a server behind a queue; a Lambda sandbox that waits receives none. Events of the
   * last 1,000 executions are remembered. EventBridge may lose or delay events: pass a signal, and then poll.
   */
  async waitForStatus(options: StatusOptions = {}): Promise<ExecutionStatusChange> {
    assertOptions('waitForStatus()', options, STATUS);
    return waitForStatus(this.executionArn, options);
  }

  /** Reads the history, in order. @throws {DurableControlError} */
  history(query?: HistoryQuery): AsyncGenerator<HistoryEvent> {
    return this.control.history(this.executionArn, query);
  }

  /** Pauses the execution: none of its code runs until it is resumed. @throws {DurableControlError} */
  pause(options?: PauseOptions): Promise<void> {
    return this.control.pause(this.executionArn, options);
  }

  /** Lets the execution continue after a pause. @throws {DurableControlError} */
  resume(options?: ResumeOptions): Promise<void> {
    return this.control.resume(this.executionArn, options);
  }

  /** Deletes the execution, which must have ended. @throws {DurableControlError} */
  delete(): Promise<void> {
    return this.control.delete(this.executionArn);
  }

  /**
   * Stops the execution; running code continues until its next checkpoint. With `compensate` it is first asked to stop
   * by itself: it undoes what it has done and ends, and is stopped only if it has not ended in `graceSeconds`. It
   * receives the request with its next checkpoint, or in its next invocation; a paused execution does not receive it.
   * Repeating the request does no harm.
   *
   * @returns when it was stopped, or had ended; with `compensate`, how it has ended
   * @throws {NothingListensError} when it should compensate but listens to no request: then nothing was done
   * @throws {DurableControlError}
   * @example
   * ```ts
   * const { status } = await execution.stop({ compensate: true, graceSeconds: 300, message: 'The customer has cancelled.' });
   * ```
   */
  stop(request: CompensatingStop): Promise<StoppedExecution>;
  stop(reason?: RecordedError & { compensate?: false }): Promise<Date>;
  async stop(request: CompensatingStop | (RecordedError & { compensate?: false }) = {}): Promise<unknown> {
    const reason = reasonOf(request);
    if (!asRecord(request).compensate) return this.control.stop(this.executionArn, reason);
    assertOptions('stop()', request, STOP);
    const { stopCompensating } = await import('./stop-compensating.js');
    return stopCompensating(this.control, this.executionArn, request as CompensatingStop);
  }
}
