import type { INestApplication, INestApplicationContext, NestApplicationOptions } from '@nestjs/common';
import { type AbstractHttpAdapter, NestFactory } from '@nestjs/core';
import { DurableLoggerService } from '../logging/durable-logger.service.js';
import { durableExceptionFilter } from '../pipeline/durable-exception.filter.js';
import type { ApplicationHost, VerifyApplication } from './application-host.js';
import { SingleFlight } from './single-flight.js';

/** What `NestFactory` accepts as the root of an application. */
export type RootModule = Parameters<typeof NestFactory.create>[0];

export interface ModuleApplicationOptions {
  /**
   * Given to `NestFactory`, with `abortOnError: false`: the cause of a failed boot must reach the caller.
   * @defaultValue `{ logger: new DurableLoggerService() }`
   */
  nest?: Omit<NestApplicationOptions, 'abortOnError'>;
  /**
   * Makes the HTTP adapter, when the first HTTP event arrives: `async () => new FastifyAdapter()`.
   * @defaultValue Express
   */
  adapter?: () => AbstractHttpAdapter | Promise<AbstractHttpAdapter>;
  /**
   * Sets up the HTTP application before it is initialised: prefix, versioning, global enhancers, CORS. Enhancers that
   * direct calls need too are providers (`APP_GUARD`, `APP_PIPE`, …), for those have no HTTP application.
   */
  configure?: (app: INestApplication) => void | Promise<void>;
}

/**
 * Boots the root module when an invocation first needs it, and lightly: the HTTP server is built only for an HTTP event.
 * From then on it serves everything, and a context that was booted before is closed when nobody uses it any more.
 */
export class ModuleApplication implements ApplicationHost {
  readonly #context: SingleFlight<INestApplicationContext>;
  readonly #http: SingleFlight<INestApplication>;
  #contextUsers = 0;

  constructor(rootModule: RootModule, options: ModuleApplicationOptions, verify: VerifyApplication) {
    const nest = { logger: new DurableLoggerService(), ...options.nest, abortOnError: false };
    this.#context = new SingleFlight(async () => {
      const app = await NestFactory.createApplicationContext(rootModule, nest);
      return closingOnFailure(app, () => verify(app));
    });
    this.#http = new SingleFlight(async () => {
      const adapter = await options.adapter?.();
      const app = await (adapter
        ? NestFactory.create(rootModule, adapter, nest)
        : NestFactory.create(rootModule, nest));
      return closingOnFailure(app, async () => {
        await options.configure?.(app);
        app.useGlobalFilters(durableExceptionFilter);
        await app.init();
        verify(app);
      });
    });
  }

  async withContext<T>(work: (app: INestApplicationContext) => Promise<T>): Promise<T> {
    if (this.#http.isStarted) return this.withHttp(work);
    this.#contextUsers += 1;
    try {
      return await work(await this.#context.get());
    } finally {
      this.#contextUsers -= 1;
      await this.#closeReplacedContext();
    }
  }

  async withHttp<T>(work: (app: INestApplication) => Promise<T>): Promise<T> {
    const app = await this.#http.get();
    await this.#closeReplacedContext();
    return work(app);
  }

  async #closeReplacedContext(): Promise<void> {
    if (this.#http.landed && this.#contextUsers === 0) await this.#context.take()?.close();
  }
}

/** A boot that fails half-way gives back what it has opened; its own error is the one that matters. */
async function closingOnFailure<T extends INestApplicationContext>(app: T, boot: () => unknown): Promise<T> {
  try {
    await boot();
    return app;
  } catch (error) {
    await app.close().catch((closing: unknown) => Promise.reject(new AggregateError([error, closing], String(error))));
    throw error;
  }
}
