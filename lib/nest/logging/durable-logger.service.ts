import type { LoggerService, LogLevel } from '@nestjs/common';
import { currentFrame, guarded, JsonLogger, LoggingContext } from '../../engine/adapter.js';
import type { DurableLogger } from '../../engine/context/logging/durable-logger.js';
import { ambientLogFields } from './ambient-log-fields.js';
import { isEngineSpeaking } from './engine-logger.js';
import { logRecord } from './log-record.js';

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
 * It takes every form of call that Nest's own logger takes. Members of objects that are logged become members of the record,
 * but for those that say who logs, and when: they are the logger's own.
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
    if (frame && frame.attempt === undefined && frame.context.isReplaying && !isEngineSpeaking()) return;
    const speaker = frame ? new LoggingContext(frame).getDurableLogData() : ambientLogFields();
    // What is logged, or where it goes to, may throw: no log line is worth that.
    guarded(() => this.#sink[SINK_LEVEL[level]]({ ...logRecord(level, message, params), ...speaker }));
  }
}
