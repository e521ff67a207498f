import type { DurableContextLogger, DurableLogger, DurableLogLevel } from './durable-logger.js';
import { guarded } from './guarded.js';
import { type Speaker, speakerOr } from './logging-context.js';

/**
 * The logger of a context or of an attempt in it: passes records to the configured logger, is silent while the calling
 * code replays, and never fails. A running attempt is not a replay. Its functions may be passed on without it, as in
 * `.catch(context.logger.error)`: they are created when they are read, because every attempt has a logger.
 */
export class ContextLogger implements Required<DurableContextLogger> {
  readonly #owner: Speaker;

  /** @param owner - the context or attempt, if the calling code runs outside any body */
  constructor(owner: Speaker) {
    this.#owner = owner;
  }

  get log() {
    return (level: DurableLogLevel, ...params: unknown[]) =>
      this.#write((logger) => {
        const method = level.toLowerCase() as Lowercase<DurableLogLevel>;
        return logger.log ? logger.log(level, ...params) : logger[method](...params);
      });
  }

  get error() {
    return (...params: unknown[]) => this.#write((logger) => logger.error(...params));
  }

  get warn() {
    return (...params: unknown[]) => this.#write((logger) => logger.warn(...params));
  }

  get info() {
    return (...params: unknown[]) => this.#write((logger) => logger.info(...params));
  }

  get debug() {
    return (...params: unknown[]) => this.#write((logger) => logger.debug(...params));
  }

  #write(write: (logger: DurableLogger) => unknown): void {
    const { logger, isModeAware } = this.#owner.context.logging;
    if (isModeAware && this.#isReplaying) return;
    guarded(() => write(logger));
  }

  get #isReplaying(): boolean {
    const { context, attempt } = speakerOr(this.#owner);
    return attempt === undefined && context.isReplaying;
  }
}
