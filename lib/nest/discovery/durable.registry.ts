import { Injectable } from '@nestjs/common';
import { ambiguousHandler, duplicateHandler, noHandler, unknownHandler } from '../durable-execution.messages.js';
import { DurableConfigurationError } from '../errors/durable-configuration-error.js';
import type { DurableHandler } from '../pipeline/durable-handler.js';
import { placeOf } from './discovered-handler.js';

/** The handler that a function was told to run, and where, for messages. */
export interface ChosenHandler {
  /** Absent: the only one. */
  name: string | undefined;
  origin: string;
}

/** The `@Durable()` methods of the application at run time. */
@Injectable()
export class DurableRegistry {
  readonly #handlers = new Map<string, DurableHandler>();

  /** @throws {DurableConfigurationError} when the name is taken */
  add(handler: DurableHandler): void {
    const { name } = handler.found;
    const other = this.#handlers.get(name);
    if (other)
      throw new DurableConfigurationError(duplicateHandler(name, [placeOf(other.found), placeOf(handler.found)]));
    this.#handlers.set(name, handler);
  }

  /**
   * The handler of executions whose input is no HTTP event: the one of that name, or else the only one.
   * @throws {DurableConfigurationError} when there is none, or none was chosen among several
   */
  select({ name, origin }: ChosenHandler): DurableHandler {
    const candidates = [...this.#handlers.values()].filter(({ found }) => found.route === 'direct');
    const known = candidates.map(({ found }) => found.name);
    if (name !== undefined) {
      const chosen = candidates.find(({ found }) => found.name === name);
      if (!chosen) throw new DurableConfigurationError(unknownHandler(name, origin, known));
      return chosen;
    }
    const [only, ...others] = candidates;
    if (!only) throw new DurableConfigurationError(noHandler());
    if (others.length > 0) throw new DurableConfigurationError(ambiguousHandler(known));
    return only;
  }

  get names(): string[] {
    return [...this.#handlers.keys()];
  }
}
