import type { DurableContextLogger, DurableLogger, DurableLogLevel } from './durable-logger.js';
import { guarded } from './guarded.js';
import { type Speaker, speakerOr } from './logging-context.js';

/**
 * The logger of a context or of an attempt in it: passes records to the configured logger, is silent while the calling
 * code replays, and never fails. A running attempt is not a replay. Its functions may be passed on without it, as in
 * `.catch(context.logger.error)`: they are created when they are read, because every attempt has a logger. They may be
 * replaced, as by a test.
 */
export class ContextLogger implements Required<DurableContextLogger> {
  declare log: (level: DurableLogLevel, ...params: unknown[]) => void;
  declare error: (...params: unknown[]) => void;
  declare warn: (...params: unknown[]) => void;
  declare info: (...params: unknown[]) => void;
  declare debug: (...params: unknown[]) => void;
  readonly #owner: Speaker;

  /** @param owner - the context or attempt, if the calling code runs outside any body */
  constructor(owner: Speaker) {
    this.#owner = owner;
  }

  static {
    for (const name of ['log', 'error', 'warn', 'info', 'debug'] as const) {
      Object.defineProperty(this.prototype, name, {
        configurable: true,
        get(this: ContextLogger) {
          return owned(this, name, (...params: unknown[]) => this.#write((logger) => call(logger, name, params)));
        },
        set(this: ContextLogger, replacement: unknown) {
          owned(this, name, replacement);
        },
      });
    }
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

/** Makes a value a member of the object itself. */
function owned(logger: ContextLogger, name: string, value: unknown): unknown {
  Object.defineProperty(logger, name, { value, writable: true, configurable: true, enumerable: true });
  return value;
}

function call(logger: DurableLogger, name: keyof ContextLogger, params: unknown[]): void {
  if (name !== 'log') return logger[name](...params);
  const [level, ...rest] = params as [DurableLogLevel, ...unknown[]];
  return logger.log ? logger.log(level, ...rest) : logger[level.toLowerCase() as Lowercase<DurableLogLevel>](...rest);
}
