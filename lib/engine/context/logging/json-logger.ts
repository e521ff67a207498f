import { nodeModule } from '../../../node-module.js';
import type { DurableLogData, DurableLogger, DurableLoggingContext, DurableLogLevel } from './durable-logger.js';
import { errorMembers, isErrorLike } from './error-members.js';

const { formatWithOptions } = nodeModule('node:util');

/** Order of the levels of `AWS_LAMBDA_LOG_LEVEL`. */
const SEVERITY: Readonly<Record<string, number>> = { TRACE: 0, DEBUG: 1, INFO: 2, WARN: 3, ERROR: 4, FATAL: 5 };

/**
 * Writes each record as one line of JSON, bypassing the console: Lambda's own console would wrap the line in another
 * record. Warnings and errors go to standard error.
 */
export class JsonLogger implements DurableLogger {
  /** Records below this level are dropped; all are written while `AWS_LAMBDA_LOG_LEVEL` is not set. */
  readonly #threshold = SEVERITY[process.env.AWS_LAMBDA_LOG_LEVEL?.toUpperCase() ?? ''] ?? 0;
  #context: DurableLoggingContext | undefined;

  configureDurableLoggingContext(context: DurableLoggingContext): void {
    this.#context = context;
  }

  log(stated: DurableLogLevel, ...params: unknown[]): void {
    // Any other text is information, as for the official SDK.
    const level = SEVERITY[stated] === undefined ? 'INFO' : stated;
    if (SEVERITY[level]! < this.#threshold) return;
    const stream = level === 'ERROR' || level === 'WARN' ? process.stderr : process.stdout;
    stream.write(`${lineOf(level, params, this.#context?.getDurableLogData())}\n`);
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

function lineOf(level: DurableLogLevel, params: readonly unknown[], data?: DurableLogData): string {
  const { requestId, ...speaker } = data ?? {};
  const head = { requestId, timestamp: new Date().toISOString(), level, ...speaker };
  const content = contentOf(params);
  try {
    // First for the order of members, then again so that logged values cannot replace the logger's own members.
    return JSON.stringify({ ...head, ...content, ...(data ? head : { timestamp: head.timestamp, level }) }, withErrors);
  } catch {
    // Circular, or a bigint inside.
    return JSON.stringify({ ...head, message: textOf(params) });
  }
}

/** An error inside a logged value: JSON would lose its message and stack. */
function withErrors(_key: string, value: unknown): unknown {
  return isErrorLike(value) ? errorMembers(value) : value;
}

/** As the console writes it, but on one line, however long. */
function textOf(params: readonly unknown[]): string {
  return formatWithOptions({ breakLength: Infinity }, ...params);
}

/** A record is logged unchanged; anything else becomes its `message`; an error also adds its class and stack. */
function contentOf(params: readonly unknown[]): Record<string, unknown> {
  const [first] = params;
  const error = params.find(isErrorLike);
  if (params.length === 1 && !error) return isRecord(first) ? first : { message: first };
  const message = params.length === 1 ? error?.message : textOf(params.map(withoutStack));
  return { message, ...(error && errorMembers(error)) };
}

/** An object that has its own message, such as the engine's own records and those of `DurableLoggerService`. */
function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && (value as { message?: unknown } | null)?.message !== undefined;
}

function withoutStack(param: unknown): unknown {
  return isErrorLike(param) ? `${param.name}: ${param.message}` : param;
}
