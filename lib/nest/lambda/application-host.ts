import type { INestApplication, INestApplicationContext, Type } from '@nestjs/common';
import { moduleMissing } from '../durable-execution.messages.js';
import { DurableConfigurationError } from '../errors/durable-configuration-error.js';

/** A Nest application while invocations use it. */
export interface ApplicationHost {
  /** Runs work that needs no HTTP. */
  withContext<T>(work: (app: INestApplicationContext) => Promise<T>): Promise<T>;
  /** Runs work that needs the HTTP router. */
  withHttp<T>(work: (app: INestApplication) => Promise<T>): Promise<T>;
}

/** Looks an application over once it has booted; what it throws is a boot error. */
export type VerifyApplication = (app: INestApplicationContext) => void;

/** What the durable module provides. @throws {DurableConfigurationError} when the application does not import it */
export function find<T>(app: INestApplicationContext, token: Type<T> | symbol): T {
  try {
    return app.get<T>(token, { strict: false });
  } catch (cause) {
    throw new DurableConfigurationError(moduleMissing(), { cause });
  }
}
