import { currentInvocation } from '../../engine/context/current.js';
import type { DurableLogger, DurableLogLevel } from '../../engine/context/logging/durable-logger.js';
import type { LogRecord } from './log-record.js';

/** Keeps what executions log for their tests to look at; prints nothing. */
export class CollectingLogger implements DurableLogger {
  /** @param keep - told of each record, with the execution that logs it where that is known */
  constructor(private readonly keep: (record: LogRecord, executionArn: string | undefined) => void) {}

  log(level: DurableLogLevel, ...params: unknown[]): void {
    this.keep({ level, params }, executionArnOf(params));
  }

  error(...params: unknown[]): void {
    this.log('ERROR', ...params);
  }

  warn(...params: unknown[]): void {
    this.log('WARN', ...params);
  }

  info(...params: unknown[]): void {
    this.log('INFO', ...params);
  }

  debug(...params: unknown[]): void {
    this.log('DEBUG', ...params);
  }
}

/** Records of the engine itself name their execution; those of user code are logged while it runs. */
function executionArnOf(params: readonly unknown[]): string | undefined {
  for (const param of params) {
    const { executionArn } = (param ?? {}) as { executionArn?: unknown };
    if (typeof executionArn === 'string') return executionArn;
  }
  return currentInvocation()?.context.executionContext.durableExecutionArn;
}
