import type { EngineContext } from '../context/engine-context.js';
import type { DurableContextLogger, DurableLogData, DurableLogger } from './durable-logger.js';

/** What a record says of the operation that writes it. */
export interface LoggingOperation {
  operationId: string;
  operationName?: string;
  attempt?: number;
}

/**
 * The logger of a context or of an attempt in it: adds which execution and operation is speaking, and is silent while
 * the context replays. An attempt that runs is never a replay.
 */
export class ContextLogger implements DurableContextLogger {
  readonly #context: EngineContext;
  readonly #operation: LoggingOperation | undefined;

  constructor(context: EngineContext, operation?: LoggingOperation) {
    this.#context = context;
    this.#operation = operation;
  }

  error(...params: unknown[]): void {
    if (this.#speaks()) this.#target.error(...params, this.#data());
  }

  warn(...params: unknown[]): void {
    if (this.#speaks()) this.#target.warn(...params, this.#data());
  }

  info(...params: unknown[]): void {
    if (this.#speaks()) this.#target.info(...params, this.#data());
  }

  debug(...params: unknown[]): void {
    if (this.#speaks()) this.#target.debug(...params, this.#data());
  }

  get #target(): DurableLogger {
    return this.#context.logging.logger;
  }

  #speaks(): boolean {
    return this.#operation !== undefined || !this.#context.logging.isModeAware || !this.#context.isReplaying;
  }

  #data(): DurableLogData {
    const { invocation } = this.#context;
    return {
      requestId: invocation.requestId,
      executionArn: invocation.arn,
      tenantId: invocation.lambdaContext.tenantId,
      ...this.#operation,
    };
  }
}
