import { Inject, Injectable, type Type } from '@nestjs/common';
import { DurableControlClient } from '../../client/control-client.js';
import type { RecordedError } from '../../client/control-types.js';
import { written } from '../../client/written.js';
import { callbackText } from '../../wire/callback-value.js';
import { DURABLE_OPTIONS } from '../durable-execution.constants.js';
import { unknownFunction, wrongFunction } from './client.messages.js';
import type { BareFunction, DurableExecutionModuleOptions } from '../durable-execution.options.js';
import { DurableConfigurationError } from '../errors/durable-configuration-error.js';
import { type ExecutionStatusChange, statusChangeOf } from '../events/status-change.js';
import { statusChanges } from '../events/status-changes.js';
import { DurableFunction, type FunctionAddress } from './durable-function.js';
import { handlerNameOf } from './handler-name.js';
import type { InputOf, MethodArgument, MethodName, ResultOf } from './handler-types.js';
import { RunningExecution } from './running-execution.js';
import { type StatusOptions, waitForStatus } from './wait-for-status.js';

/**
 * Starts, reads and controls executions from anywhere in an application, typed by the methods that run them.
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
   * Passes on a status event that has arrived in another way than by `createLambdaHandler()`, such as by a queue that a
   * server reads. Code that waits in this process receives it.
   * @param event - of EventBridge
   * @returns the change; `undefined` when it is another event
   */
  statusChanged(event: unknown): ExecutionStatusChange | undefined {
    const change = statusChangeOf(event);
    if (change) statusChanges.note(change);
    return change;
  }

  /**
   * Completes a callback with a value. Where this package awaits the callback, the same value arrives, in its JSON
   * form; a serdes of the callback receives its JSON. Text is sent unchanged.
   * @typeParam T - what the execution awaits
   * @throws {DurableControlError} when the callback has completed or never existed, or the result is no JSON
   */
  async succeedCallback<T = unknown>(callbackId: string, result?: T): Promise<void> {
    const apiName = 'SendDurableExecutionCallbackSuccess';
    const text = await written(apiName, 'The result', () => callbackText(result));
    await this.control.sendCallbackSuccess(callbackId, text);
  }

  /** Completes a callback with a failure. @throws {DurableControlError} when the callback has completed */
  async failCallback(callbackId: string, error: RecordedError): Promise<void> {
    await this.control.sendCallbackFailure(callbackId, error);
  }

  /** Restarts the heartbeat timeout of a callback. @throws {DurableControlError} when the callback has completed */
  async heartbeatCallback(callbackId: string): Promise<void> {
    await this.control.sendCallbackHeartbeat(callbackId);
  }

  /** As configured; otherwise this function, in its running version. */
  #addressOf(handlerName: string): FunctionAddress {
    const { functions = {} } = this.options;
    if (handlerName in functions) return statedAddress(handlerName, functions[handlerName]);
    const { AWS_LAMBDA_FUNCTION_NAME: ownName, AWS_LAMBDA_FUNCTION_VERSION: qualifier } = process.env;
    if (!ownName) throw new DurableConfigurationError(unknownFunction(handlerName));
    return { functionName: ownName, qualifier };
  }
}

/** @throws {DurableConfigurationError} for no name: without an address, this function would be started instead */
function statedAddress(handlerName: string, stated: string | BareFunction | undefined): FunctionAddress {
  const address: Partial<BareFunction> = typeof stated === 'string' ? { function: stated } : (stated ?? {});
  const { function: functionName, bare } = address;
  if (typeof functionName !== 'string' || functionName === '')
    throw new DurableConfigurationError(wrongFunction(handlerName, stated));
  return { functionName, isBare: bare };
}
