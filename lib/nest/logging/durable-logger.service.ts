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
 * Nest's logger for durable executions. It writes one flat record for each call, with the execution, operation and
 * attempt of the calling code. It is silent while that code replays: while the next operation is recorded already.
 *
 * Every `Logger` of Nest uses it, and outside executions it is an ordinary logger of JSON lines. `createLambdaHandler`
 * uses it unless you set another.
 *
 * It accepts every form of call that Nest's own logger accepts. Members of logged objects become members of the record,
 * except those that say which code logs, and when: the logger sets these itself.
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
    // The logged value or the sink may throw: a log line must not break the code.
    guarded(() => this.#sink[SINK_LEVEL[level]]({ ...logRecord(level, message, params), ...speaker }));
  }
}
