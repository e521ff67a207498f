import { Inject, Injectable } from '@nestjs/common';
import { currentInvocation } from '../engine/adapter.js';
import { createLambdaDurableClient } from '../client/lambda-durable-client.js';
import type { DurableContext } from '../engine/context/durable-context.js';
import type { DurableInvocation } from '../engine/invocation/durable-invocation.js';
import type {
  CheckpointDurableExecutionRequest,
  CheckpointDurableExecutionResponse,
  DurableCallOptions,
  DurableExecutionClient,
  GetDurableExecutionStateRequest,
  GetDurableExecutionStateResponse,
} from '../wire/durable-execution-client.js';
import { DURABLE_API, missingMethodOf } from '../wire/missing-method.js';
import { DURABLE_OPTIONS } from './durable-execution.constants.js';
import { outsideExecution } from './pipeline/pipeline.messages.js';
import { wrongClient } from './durable-execution.messages.js';
import type { DurableExecutionModuleOptions } from './durable-execution.options.js';
import { DurableConfigurationError } from './errors/durable-configuration-error.js';
import { requireDurableContext } from './pipeline/ambient-durable-context.js';

/**
 * The current execution. Both calls of the durable API pass through this service: override it to watch or replace them.
 * It is a singleton that is correct in every execution and in every branch of it.
 *
 * @example
 * ```ts
 * constructor(private readonly checkpoints: CheckpointService) {}
 * reserve(order: Order) {
 *   return this.checkpoints.context.step('reserve stock', () => this.stock.take(order));
 * }
 * ```
 */
@Injectable()
export class CheckpointService implements DurableExecutionClient {
  readonly #client: DurableExecutionClient;

  constructor(@Inject(DURABLE_OPTIONS) options: DurableExecutionModuleOptions) {
    const { client, lambda } = options;
    // It would be found out after the first side effect.
    if (client && missingMethodOf(client, DURABLE_API) !== undefined)
      throw new DurableConfigurationError(wrongClient());
    this.#client = client ?? createLambdaDurableClient(lambda);
  }

  /**
   * The durable context of the calling code: of the execution, or of the child, branch or item in which the code runs.
   * @throws {DurableConfigurationError} outside an execution, and before the guards have passed
   */
  get context(): DurableContext {
    return requireDurableContext();
  }

  /** Whether this code runs in a durable execution. */
  get isDurable(): boolean {
    return currentInvocation() !== undefined;
  }

  /**
   * Whether the next operation has already completed in an earlier invocation.
   * @throws {DurableConfigurationError} outside an execution
   */
  get isReplaying(): boolean {
    return this.#invocation.isReplaying;
  }

  /** @throws {DurableConfigurationError} outside an execution */
  get executionArn(): string {
    return this.#invocation.arn;
  }

  /**
   * Resolves when everything recorded so far is saved. If it cannot be saved, the promise never settles: the invocation
   * ends instead.
   * @throws {DurableConfigurationError} outside an execution
   */
  async flush(): Promise<void> {
    await this.#invocation.flush();
  }

  /**
   * Runs a hook if this invocation is suspended, before the `PENDING` response. Code that awaits an operation then
   * never continues in this process, and its `finally` does not run. Each invocation that passes this code registers
   * the hook again. The hook cannot call durable operations; it has 2 seconds, and its errors are logged.
   *
   * @throws {DurableConfigurationError} outside an execution
   * @example
   * ```ts
   * const lock = await this.locks.take(order.id);
   * this.checkpoints.onSuspend(() => lock.release());
   * ```
   */
  onSuspend(hook: () => unknown): void {
    this.#invocation.atEnd(hook, 'suspended');
  }

  /**
   * Disposes of a resource when this invocation ends, whatever the outcome, the last one first. The limits of
   * `onSuspend()` apply.
   *
   * @returns the resource
   * @throws {DurableConfigurationError} outside an execution
   */
  use<T extends AsyncDisposable | Disposable>(resource: T): T {
    const dispose =
      Symbol.asyncDispose in resource ? () => resource[Symbol.asyncDispose]() : () => resource[Symbol.dispose]();
    this.#invocation.atEnd(dispose, 'always');
    return resource;
  }

  /** Loads the AWS SDK now, while the sandbox is initialised and time is free. It does nothing for your own client. */
  async preload(): Promise<void> {
    await this.#client.preload?.();
  }

  /** Sends a `CheckpointDurableExecution`; called by the engine. */
  checkpoint(
    request: CheckpointDurableExecutionRequest,
    logger?: undefined,
    options?: DurableCallOptions,
  ): Promise<CheckpointDurableExecutionResponse> {
    return this.#client.checkpoint(request, logger, options);
  }

  /** Reads a page with `GetDurableExecutionState`; called by the engine. */
  getExecutionState(
    request: GetDurableExecutionStateRequest,
    logger?: undefined,
    options?: DurableCallOptions,
  ): Promise<GetDurableExecutionStateResponse> {
    return this.#client.getExecutionState(request, logger, options);
  }

  get #invocation(): DurableInvocation {
    const invocation = currentInvocation();
    if (!invocation) throw new DurableConfigurationError(outsideExecution());
    return invocation;
  }
}
