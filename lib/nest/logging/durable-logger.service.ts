import type { LoggerService, LogLevel } from '@nestjs/common';
import { currentFrame } from '../../engine/context/call-frame.js';
import type { DurableLogger } from '../../engine/logging/durable-logger.js';
import { JsonLogger } from '../../engine/logging/json-logger.js';
import { LoggingContext } from '../../engine/logging/logging-context.js';

type SinkLevel = 'debug' | 'info' | 'warn' | 'error';

const SINK_LEVEL: Readonly<Record<LogLevel, SinkLevel>> = {
  verbose: 'debug',
  debug: 'debug',
  log: 'info',
  warn: 'warn',
  error: 'error',
  fatal: 'error',
};

/**
 * Nest's logger for durable executions: one flat record for each call, with the execution, operation and attempt that
 * speak, and silent while the code that speaks replays, so that everything is logged once.
 *
 * Every `Logger` of Nest goes through it, and outside executions it is an ordinary logger of JSON lines. It is what
 * `createLambdaHandler` uses unless it is given another.
 *
 * @example
 * ```ts
 * const app = await NestFactory.create(AppModule, { logger: new DurableLoggerService() });
 * ```
 */
export class DurableLoggerService implements LoggerService {
  readonly #sink: DurableLogger;
  #levels: ReadonlySet<LogLevel> | undefined;

  /** @param sink - where records go, such as a Powertools logger. Default: JSON lines on standard output and error */
  constructor(sink: DurableLogger = new JsonLogger()) {
    this.#sink = sink;
  }

  log(message: unknown, ...params: unknown[]): void {
    this.#write('log', message, params);
  }

  error(message: unknown, ...params: unknown[]): void {
    this.#write('error', message, params);
  }

  warn(message: unknown, ...params: unknown[]): void {
    this.#write('warn', message, params);
  }

  debug(message: unknown, ...params: unknown[]): void {
    this.#write('debug', message, params);
  }

  verbose(message: unknown, ...params: unknown[]): void {
    this.#write('verbose', message, params);
  }

  fatal(message: unknown, ...params: unknown[]): void {
    this.#write('fatal', message, params);
  }

  setLogLevels(levels: LogLevel[]): void {
    this.#levels = new Set(levels);
  }

  #write(level: LogLevel, message: unknown, params: readonly unknown[]): void {
    if (this.#levels?.has(level) === false) return;
    const frame = currentFrame();
    if (frame && frame.attempt === undefined && frame.context.isReplaying) return;
    const speaker = frame && new LoggingContext(frame).getDurableLogData();
    this.#sink[SINK_LEVEL[level]]({ ...recordOf(message, params), ...speaker });
  }
}

/** Nest puts the name of whoever logs last, and before it the stack of an error, or members to log. */
function recordOf(message: unknown, params: readonly unknown[]): Record<string, unknown> {
  const texts = params.filter((param) => typeof param === 'string');
  const context = texts.at(-1);
  const stack = texts.length > 1 ? texts[0] : undefined;
  const members = [message, ...params].filter(isObject).map(membersOf);
  return Object.assign({}, { context, stackTrace: stack?.split('\n') }, ...members, { message: textOf(message) });
}

function membersOf(value: object): object {
  if (!(value instanceof Error)) return value;
  const { name, message, stack } = value;
  return { errorType: name, errorMessage: message, stackTrace: stack?.split('\n') };
}

function textOf(message: unknown): string {
  if (!isObject(message)) return String(message);
  return String((message as { message?: unknown }).message ?? '');
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
