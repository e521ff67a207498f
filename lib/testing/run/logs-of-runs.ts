import type { LogRecord } from './log-record.js';

type Keep = (executionArn: string, record: LogRecord) => void;

/** Nest has one logger for the process, and tests run concurrently: each keeps the records of its own executions. */
class LogsOfRuns {
  readonly #tests = new Set<Keep>();

  /** @returns ends it */
  collect(keep: Keep): () => void {
    this.#tests.add(keep);
    return () => void this.#tests.delete(keep);
  }

  keep(executionArn: string, record: LogRecord): void {
    for (const keep of this.#tests) keep(executionArn, record);
  }
}

export const logsOfRuns = new LogsOfRuns();
