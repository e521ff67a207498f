import {
  type DynamicModule,
  type ForwardReference,
  type INestApplication,
  type INestApplicationContext,
  Module,
  type ModuleMetadata,
  type NestApplicationOptions,
  type Type,
} from '@nestjs/common';
import { type AbstractHttpAdapter, ApplicationConfig, NestFactory } from '@nestjs/core';
import { explainedBoot } from '../copies.js';
import { noHttpPlatform, promisedApplication } from './lambda.messages.js';
import { asRecord } from '../../wire/thrown.js';
import { DurableConfigurationError } from '../errors/durable-configuration-error.js';
import { DurableLoggerService } from '../logging/durable-logger.service.js';

/** What `NestFactory` accepts as the root of an application. */
export type RootModule = Parameters<typeof NestFactory.create>[0];

/** The same once its promise is awaited. */
type AnyModule = Type | DynamicModule | ForwardReference;

/** How the application of a root module is created; all its handlers share one application, and so these settings. */
export interface ApplicationSettings {
  /**
   * Passed to `NestFactory`, with `abortOnError: false`: the cause of a failed boot must reach the caller.
   * @defaultValue `{ logger: new DurableLoggerService() }`
   */
  nest?: Omit<NestApplicationOptions, 'abortOnError'>;
  /**
   * Creates the HTTP adapter of an application that serves HTTP: `async () => new FastifyAdapter()`.
   * @defaultValue Express
   */
  adapter?: () => AbstractHttpAdapter | Promise<AbstractHttpAdapter>;
  /**
   * Sets up the application before it is used: global pipes, guards, interceptors and filters, logger, prefix,
   * versioning, CORS. Enhancers apply to requests and direct calls alike. Without HTTP, settings of HTTP have no
   * effect.
   */
  configure?: (app: INestApplication) => void | Promise<void>;
  /**
   * Runs shutdown hooks when Lambda ends the sandbox, which it announces only to functions with an extension; otherwise
   * an application is never closed. @defaultValue false
   */
  enableShutdownHooks?: boolean;
}

/** `required`: a boot without an HTTP platform fails; `wanted`: it continues without HTTP. */
export type HttpKind = 'none' | 'required' | 'wanted';

/**
 * Boots the application of a root module, with or without HTTP. @throws the error of the boot, after closing what was
 * opened
 */
export async function bootApplication(
  root: RootModule,
  settings: ApplicationSettings,
  http: HttpKind,
): Promise<INestApplicationContext> {
  const found: unknown = await (root as unknown);
  // Nest would take its members for a module.
  if (isApplication(found)) throw new DurableConfigurationError(promisedApplication());
  const adapter = http === 'none' ? undefined : await adapterOf(settings, http);
  const nest = { logger: new DurableLoggerService(), ...settings.nest, abortOnError: false };
  const module = moduleOf(found);
  const app = await create(module, adapter, nest);
  return closingOnFailure(app, () => setUp(app, { ...settings, nest }));
}

async function create(
  module: AnyModule,
  adapter: AbstractHttpAdapter | undefined,
  nest: NestApplicationOptions,
): Promise<INestApplicationContext> {
  try {
    return adapter
      ? await NestFactory.create(module, adapter, nest)
      : await NestFactory.createApplicationContext(module, nest);
  } catch (error) {
    throw explainedBoot(error);
  }
}

/** The class of a root module that is given by its metadata alone: Nest 11 needs one. */
@Module({})
class AppModule {}

function moduleOf(root: unknown): AnyModule {
  const { imports, module } = asRecord(root);
  return imports && !module ? { ...(root as ModuleMetadata), module: AppModule } : (root as AnyModule);
}

/** Sets up an application that was created, and initialises it. */
export async function setUp<T extends INestApplicationContext>(
  app: T,
  { configure, enableShutdownHooks, nest }: ApplicationSettings,
): Promise<T> {
  try {
    await configure?.(isHttpApplication(app) ? app : withoutHttp(app));
    if (enableShutdownHooks) app.enableShutdownHooks();
    await app.init();
    await untilServing(app);
    return app;
  } finally {
    // Without a server that listens, nothing else would flush the lines that were logged before, also of a failed boot.
    if (nest?.autoFlushLogs !== false) app.flushLogs();
  }
}

/**
 * Fastify loads its plugins now. One that fails must fail the boot, which another invocation repeats: the application
 * itself would never serve.
 */
async function untilServing(app: INestApplicationContext): Promise<void> {
  const server: unknown = isHttpApplication(app) && app.getHttpAdapter().getInstance();
  if (typeof server === 'object') await (server as { ready?(): PromiseLike<unknown> }).ready?.();
}

export function isApplication(value: unknown): value is INestApplicationContext {
  return typeof value === 'object' && value !== null && 'init' in value && 'close' in value;
}

export function isHttpApplication(app: INestApplicationContext): app is INestApplication {
  return typeof (app as Partial<INestApplication>).getHttpAdapter === 'function';
}

/** A boot that fails half-way closes what it has opened; its own error is the one that matters. */
async function closingOnFailure<T extends INestApplicationContext>(app: T, boot: () => Promise<T>): Promise<T> {
  try {
    return await boot();
  } catch (error) {
    await app.close().catch((closing: unknown) => Promise.reject(new AggregateError([error, closing], String(error))));
    throw error;
  }
}

/** Express is created here, because Nest would end the process if it is not installed. */
async function adapterOf({ adapter }: ApplicationSettings, http: HttpKind): Promise<AbstractHttpAdapter | undefined> {
  if (adapter) return adapter();
  try {
    const { ExpressAdapter } = await import('@nestjs/platform-express');
    return new ExpressAdapter();
  } catch (cause) {
    if (!isMissingPackage(cause)) throw cause;
    if (http === 'wanted') return undefined;
    throw new DurableConfigurationError(noHttpPlatform(), { cause });
  }
}

function isMissingPackage(error: unknown): boolean {
  return ['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND'].includes(String((error as { code?: unknown })?.code));
}

/** The settings of an application that apply without HTTP too; they are kept where pipelines look them up. */
const GLOBAL_ENHANCERS = /^useGlobal(?:Filters|Guards|Interceptors|Pipes)$/;

/** An application without HTTP, as `configure` sees it: global enhancers count, settings of HTTP are without effect. */
export function withoutHttp(app: INestApplicationContext): INestApplication {
  const config = app.get(ApplicationConfig);
  // Nothing of HTTP is there: every member of it, and what a call of it returns, is the proxy itself.
  const absent: object = new Proxy(() => absent, {
    get: (_target, name) => (typeof name === 'symbol' || name === 'then' ? undefined : absent),
  });
  // The application, because calls of it are chained.
  const noEffect = new Proxy(absent, { apply: () => seen });
  const memberOf = (owner: object, name: string | symbol): unknown => {
    const member = (owner as Record<string | symbol, unknown>)[name];
    if (typeof member !== 'function') return member;
    return (...args: unknown[]): unknown => (member.apply(owner, args) as unknown) ?? seen;
  };
  const seen: INestApplicationContext = new Proxy(app, {
    get: (target, name) => {
      if (name === 'then') return undefined;
      if (name === 'config') return config;
      if (name in target) return memberOf(target, name);
      if (GLOBAL_ENHANCERS.test(String(name))) return memberOf(config, name);
      return /^getHttp/.test(String(name)) ? absent : noEffect;
    },
  });
  return seen as INestApplication;
}
