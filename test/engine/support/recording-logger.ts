import type { DurableLogger } from '../../../lib/engine/context/logging/durable-logger.js';

export interface LogRecord {
  level: 'error' | 'warn' | 'info' | 'debug';
  /** The members of all objects that were logged, merged. */
  record: Record<string, unknown>;
}

/** Keeps what is logged. */
export class RecordingLogger implements DurableLogger {
  readonly records: LogRecord[] = [];

  error = (...params: unknown[]): void => this.#keep('error', params);
  warn = (...params: unknown[]): void => this.#keep('warn', params);
  info = (...params: unknown[]): void => this.#keep('info', params);
  debug = (...params: unknown[]): void => this.#keep('debug', params);

  #keep(level: LogRecord['level'], params: unknown[]): void {
    this.records.push({ level, record: Object.assign({}, ...params) as Record<string, unknown> });
  }
}
