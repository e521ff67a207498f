import { nodeModule } from '../../node-module.js';
import { Logger } from '@nestjs/common';
import { shared } from '../../process-state.js';
import type { DurableLogger } from '../../engine/context/logging/durable-logger.js';

const { format } = nodeModule('node:util');

/** The logger of the application may be of another copy of this package. */
const engine = shared('engine-speech', () => ({ isSpeaking: false }));

/** Whether the engine logs now: it has already decided whether a record is a replay. */
export function isEngineSpeaking(): boolean {
  return engine.isSpeaking;
}

/** Passes the records of the engine, and of `context.logger`, to the current logger of the application. */
export class EngineLogger implements DurableLogger {
  readonly #logger = new Logger('DurableExecution');

  error(...params: unknown[]): void {
    this.#say('error', params);
  }

  warn(...params: unknown[]): void {
    this.#say('warn', params);
  }

  info(...params: unknown[]): void {
    this.#say('log', params);
  }

  debug(...params: unknown[]): void {
    this.#say('debug', params);
  }

  #say(level: 'error' | 'warn' | 'log' | 'debug', said: unknown[]): void {
    const [message, ...params] = formatted(said);
    const before = engine.isSpeaking;
    engine.isSpeaking = true;
    try {
      this.#logger[level](message, ...params);
    } finally {
      engine.isSpeaking = before;
    }
  }
}

/** Formats as the console does, unlike Nest's loggers: `%s` and the like consume the next arguments. */
function formatted([message, ...params]: unknown[]): unknown[] {
  if (typeof message !== 'string') return [message, ...params];
  const taken = message.match(/%[sdifjoOc]/g)?.length ?? 0;
  if (taken === 0) return [message, ...params];
  return [format(message, ...params.slice(0, taken)), ...params.slice(taken)];
}
