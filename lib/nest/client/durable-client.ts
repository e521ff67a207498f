import { Inject, Injectable, type Type } from '@nestjs/common';
import { DurableControlClient } from '../../client/control-client.js';
import type { RecordedError } from '../../client/control-types.js';
import { callbackText } from '../../wire/callback-value.js';
import { DURABLE_OPTIONS } from '../durable-execution.constants.js';
import { unknownFunction } from '../durable-execution.messages.js';
import type { DurableExecutionModuleOptions } from '../durable-execution.options.js';
import { DurableConfigurationError } from '../errors/durable-configuration-error.js';
import { type ExecutionStatusChange, statusChangeOf } from '../events/status-change.js';
import { statusChanges } from '../events/status-changes.js';
import { DurableFunction, type FunctionAddress } from './durable-function.js';
import { handlerNameOf } from './handler-name.js';
import type { InputOf, MethodArgument, MethodName, ResultOf } from './handler-types.js';
import { RunningExecution } from './running-execution.js';
import { type StatusOptions, waitForStatus } from './wait-for-status.js';

/**
 * Starts, watches and steers executions from anywhere in an application, typed by the methods that run them.
 *
 * @example
 * ```ts
 * const order = await client.for(Fulfilment, 'fulfil').start({ orderId: 7 }, { executionName: 'order-7' });
 * const receipt = await order.result();
 * ```
 */
@Injectable()
export class DurableClient {
  constructor(
    @Inject(DurableControlClient) private readonly control: DurableControlClient,
    @Inject(DURABLE_OPTIONS) private readonly options: DurableExecutionModuleOptions,
  ) {}

  /**
   * The function that runs a `@Durable()` method. The class need not be provided here: another function may run it.
   * @param method - needed when the class has more than one public method
   * @throws {DurableConfigurationError} when the class has no such `@Durable()` method, or it is a route
   */
  for<T extends object, K extends MethodName<T> = MethodName<T>>(
    host: Type<T>,
    ...[method]: MethodArgument<T, K>
  ): DurableFunction<InputOf<T[K]>, ResultOf<T[K]>> {
    const name = handlerNameOf(host, method);
    return new DurableFunction(this.control, name, () => this.#addressOf(name));
  }

  /** An execution, by its ARN. */
  execution<R = unknown>(executionArn: string): RunningExecution<R> {
    return new RunningExecution<R>(this.control, executionArn);
  }

  /** {@link RunningExecution.waitForStatus} of an execution, by its ARN. */
  waitForStatus(executionArn: string, options?: StatusOptions): Promise<ExecutionStatusChange> {
    return waitForStatus(executionArn, options);
  }

  /**
   * Tells who waits in this process of a change that has come by another way than `createLambdaHandler()`, such as a queue
   * that a server reads.
   * @param event - of EventBridge
   * @returns the change; `undefined` when the event is none
   */
  statusChanged(event: unknown): ExecutionStatusChange | undefined {
    const change = statusChangeOf(event);
    if (change) statusChanges.note(change);
    return change;
  }

  /**
   * Completes a callback with a value, which arrives as that value, in its JSON form, where the callback is awaited under
   * this package; a serdes of the callback is given its JSON. Text is sent as it is.
   * @typeParam T - what the execution awaits
   * @throws {DurableControlError} when the callback has ended, or was never one
   */
  async succeedCallback<T = unknown>(callbackId: string, result?: T): Promise<void> {
    await this.control.sendCallbackSuccess(callbackId, callbackText(result));
  }

  /** Completes a callback with a failure. @throws {DurableControlError} when the callback has ended */
  async failCallback(callbackId: string, error: RecordedError): Promise<void> {
    await this.control.sendCallbackFailure(callbackId, error);
  }

  /** Starts the heartbeat timeout of a callback anew. @throws {DurableControlError} when the callback has ended */
  async heartbeatCallback(callbackId: string): Promise<void> {
    await this.control.sendCallbackHeartbeat(callbackId);
  }

  /** As configured; otherwise this very function, in the version that runs now. */
  #addressOf(handlerName: string): FunctionAddress {
    const stated = this.options.functions?.[handlerName];
    if (typeof stated === 'object') return { functionName: stated.function, isBare: stated.bare };
    if (stated) return { functionName: stated };
    const { AWS_LAMBDA_FUNCTION_NAME: ownName, AWS_LAMBDA_FUNCTION_VERSION: qualifier } = process.env;
    if (!ownName) throw new DurableConfigurationError(unknownFunction(handlerName));
    return { functionName: ownName, qualifier };
  }
}
