import { currentInvocation } from '../../engine/context/current.js';
import type {
  DurableLogger,
  DurableLoggingContext,
  DurableLogLevel,
} from '../../engine/context/logging/durable-logger.js';
import type { LogRecord } from './log-record.js';

const METHODS = { ERROR: 'error', WARN: 'warn', INFO: 'info', DEBUG: 'debug' } as const;

let isPassing = false;

/** Whether a logger of the application receives now what has been kept already. */
export function isPassedOn(): boolean {
  return isPassing;
}

/** Calls a logger of the application. */
export function passOn(log: () => void): void {
  const before = isPassing;
  isPassing = true;
  try {
    log();
  } finally {
    isPassing = before;
  }
}

/** Keeps what executions log, for their tests, and passes it on to the logger of the application, if there is one. */
export class CollectingLogger implements DurableLogger {
  /** @param keep - receives each record, with the execution that logs it if that is known */
  constructor(
    private readonly keep: (record: LogRecord, executionArn: string | undefined) => void,
    private readonly next?: DurableLogger,
  ) {}

  log(level: DurableLogLevel, ...params: unknown[]): void {
    this.#keep(level, params);
    passOn(() => (this.next?.log ? this.next.log(level, ...params) : this.next?.[METHODS[level]](...params)));
  }

  error(...params: unknown[]): void {
    this.#keep('ERROR', params);
    passOn(() => this.next?.error(...params));
  }

  warn(...params: unknown[]): void {
    this.#keep('WARN', params);
    passOn(() => this.next?.warn(...params));
  }

  info(...params: unknown[]): void {
    this.#keep('INFO', params);
    passOn(() => this.next?.info(...params));
  }

  debug(...params: unknown[]): void {
    this.#keep('DEBUG', params);
    passOn(() => this.next?.debug(...params));
  }

  configureDurableLoggingContext(context: DurableLoggingContext): void {
    this.next?.configureDurableLoggingContext?.(context);
  }

  #keep(level: DurableLogLevel, params: readonly unknown[]): void {
    this.keep({ level, params }, executionArnOf(params));
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
