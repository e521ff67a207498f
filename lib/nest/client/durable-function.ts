import type { DurableControlClient } from '../../client/control-client.js';
import type { ExecutionQuery, ExecutionSummary, StartExecutionRequest } from '../../client/control-types.js';
import { storedStart } from '../../wire/named-start.js';
import { assertOptions, type OptionTypes } from '../errors/assert-options.js';
import { type EndedExecution, ExecutionEndedError } from '../errors/execution-ended-error.js';
import { decodeResult } from './decode-result.js';
import { RunningExecution } from './running-execution.js';

export interface StartOptions {
  /**
   * 1 to 64 letters, digits, `-` and `_`. The same name with the same input returns the existing execution, so a start
   * may be repeated.
   * @defaultValue a UUID
   */
  executionName?: string;
  /** Version, alias or `$LATEST`, if the function's address has none. */
  qualifier?: string;
}

/** A misspelt name would be left out, and a repeated start would start another execution. */
const OPTIONS: OptionTypes<StartOptions> = { executionName: 'string', qualifier: 'string' };

/** Where a method runs. */
export interface FunctionAddress extends Pick<StartExecutionRequest, 'functionName' | 'qualifier'> {
  /** The function does not know the names of handlers. */
  isBare?: boolean;
}

/** A `@Durable()` method as callers start it. @typeParam I - its input @typeParam R - its result */
export class DurableFunction<I, R> {
  constructor(
    private readonly control: DurableControlClient,
    /** The name of the method, which travels with the input. */
    private readonly handler: string,
    /** Resolved at each use: if the settings name no function, only a start is wrong. */
    private readonly address: () => FunctionAddress,
  ) {}

  /**
   * Starts an execution and returns immediately.
   * @param input - at most 1 MiB of JSON
   * @throws {DurableControlError} for example when an execution with another input has the name
   * @throws {DurableConfigurationError} when it is unknown which function runs the method, or for an unknown option
   */
  async start(input: I, options: StartOptions = {}): Promise<RunningExecution<R>> {
    const { executionArn } = await this.control.start(this.#request('start()', input, options));
    return new RunningExecution<R>(this.control, executionArn);
  }

  /**
   * Starts an execution, or finds the one of the same name and input, and awaits its result: at most 15 minutes.
   * @param input - at most 6 MiB of JSON
   * @throws {ExecutionEndedError} when it ended without a result
   * @throws {DurableControlError}
   */
  async run(input: I, options: StartOptions = {}): Promise<R> {
    const finished = await this.control.startAndWait(this.#request('run()', input, options));
    if (finished.succeeded) return decodeResult(finished.result) as R;
    const { executionArn, error } = finished;
    throw new ExecutionEndedError({ executionArn, status: await this.#statusOf(executionArn), error });
  }

  /** The response to a start does not state it, and the caller may lack the permission to ask. */
  async #statusOf(executionArn: string): Promise<EndedExecution['status']> {
    try {
      const { status } = await this.control.describe(executionArn, { includeData: false });
      return status === 'STOPPED' || status === 'TIMED_OUT' ? status : 'FAILED';
    } catch {
      return 'FAILED';
    }
  }

  /** An execution that was started before. */
  execution(executionArn: string): RunningExecution<R> {
    return new RunningExecution<R>(this.control, executionArn);
  }

  /** Lists the executions of the function, the newest first. @throws {DurableControlError} */
  list(query: Omit<ExecutionQuery, 'functionName'> = {}): AsyncGenerator<ExecutionSummary> {
    const { isBare: _, ...address } = this.address();
    return this.control.list({ ...address, ...query });
  }

  #request(method: string, input: I, options: StartOptions): StartExecutionRequest {
    assertOptions(`${method} of "${this.handler}"`, options, OPTIONS);
    const { isBare, ...address } = this.address();
    return { ...address, ...options, input: isBare ? input : storedStart(this.handler, input) };
  }
}
