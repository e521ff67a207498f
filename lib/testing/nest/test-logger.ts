import { ConsoleLogger, type LoggerService, type LogLevel } from '@nestjs/common';
import { currentFrame } from '../../engine/adapter.js';
import { isPassedOn, passOn } from '../run/collecting-logger.js';
import { logsOfRuns } from '../run/logs-of-runs.js';

const LEVELS = { log: 'INFO', error: 'ERROR', warn: 'WARN', debug: 'DEBUG', verbose: 'DEBUG', fatal: 'ERROR' } as const;

type Level = keyof typeof LEVELS;

/**
 * Nest's logger in a test: keeps what executions log through Nest's `Logger` with their runs, as `context.logger` does, and
 * passes on what the test wants to see. Silent while the code that logs replays.
 */
export class TestLogger implements LoggerService {
  readonly #next: LoggerService | undefined;

  constructor(wanted: LoggerService | LogLevel[] | false) {
    this.#next = Array.isArray(wanted) ? new ConsoleLogger({ logLevels: wanted }) : wanted || undefined;
  }

  log(...params: unknown[]): void {
    this.#write('log', params);
  }

  error(...params: unknown[]): void {
    this.#write('error', params);
  }

  warn(...params: unknown[]): void {
    this.#write('warn', params);
  }

  debug(...params: unknown[]): void {
    this.#write('debug', params);
  }

  verbose(...params: unknown[]): void {
    this.#write('verbose', params);
  }

  fatal(...params: unknown[]): void {
    this.#write('fatal', params);
  }

  #write(level: Level, params: unknown[]): void {
    const frame = currentFrame();
    if (frame && !isPassedOn()) {
      if (frame.attempt === undefined && frame.context.isReplaying) return;
      const { durableExecutionArn } = frame.invocation.context.executionContext;
      logsOfRuns.keep(durableExecutionArn, { level: LEVELS[level], params });
    }
    passOn(() => void this.#next?.[level]?.(params[0], ...params.slice(1)));
  }
}
