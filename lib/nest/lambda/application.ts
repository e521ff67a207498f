import { nodeModule } from '../../node-module.js';
import type { INestApplication, INestApplicationContext, Type } from '@nestjs/common';
import { shared } from '../../process-state.js';
import {
  declaredTooLate,
  differentSettings,
  moduleMissing,
  noHttpAdapter,
  noHttpPlatform,
} from '../durable-execution.messages.js';
import { otherCopiesOf } from '../copies.js';
import { DurableConfigurationError } from '../errors/durable-configuration-error.js';
import {
  type ApplicationSettings,
  bootApplication,
  type HttpKind,
  isHttpApplication,
  type RootModule,
} from './boot-application.js';

const { AsyncResource } = nodeModule('node:async_hooks');
const { isDeepStrictEqual } = nodeModule('node:util');

type Setting = keyof ApplicationSettings;

const SETTINGS: readonly Setting[] = ['adapter', 'configure', 'enableShutdownHooks', 'nest'];

/** One for all copies of this package: an application boots once, whichever copy needs it. */
const applications = shared('applications', () => new WeakMap<object, Application>());

/**
 * A Nest application, which boots once and is never closed while the process lives. Its handlers have declared whether
 * it serves HTTP when Lambda loaded them; the first event does not decide that.
 */
export class Application {
  #booted: Promise<INestApplicationContext> | undefined;
  /** Thrown in every invocation: with conflicting handlers, the result must not depend on which of them came first. */
  #problem: DurableConfigurationError | undefined;
  readonly #boot: () => Promise<INestApplicationContext>;

  private constructor(
    boot: () => Promise<INestApplicationContext>,
    private readonly root?: RootModule,
    private readonly settings: ApplicationSettings = {},
    private http: HttpKind = 'none',
  ) {
    // A boot that an invocation triggers must not run, and keep listening, as a part of that invocation.
    this.#boot = AsyncResource.bind(boot);
  }

  /** The one application of a root module. A setting that one handler omits may be set by another. */
  static of(root: RootModule, settings: ApplicationSettings, http: HttpKind): Application {
    let application = applications.get(root);
    if (!application) {
      application = Application.#ofModule(root);
      applications.set(root, application);
    }
    application.#declare(settings, http);
    return application;
  }

  /** An application that the user has created, and closes: by `NestFactory`, or from a `TestingModule`. */
  static given(app: INestApplicationContext): Application {
    return new Application(() => app.init());
  }

  static #ofModule(root: RootModule): Application {
    const application: Application = new Application(
      () => bootApplication(root, application.settings, application.http),
      root,
    );
    return application;
  }

  /** Boots the application; a failed boot is retried with the next call. */
  async ready(): Promise<INestApplicationContext> {
    if (this.#problem) throw this.#problem;
    this.#booted ??= this.#boot().catch((error: unknown) => {
      this.#booted = undefined;
      throw error;
    });
    return this.#booted;
  }

  /** The same, with its router. @throws {DurableConfigurationError} when it has none */
  async readyForHttp(): Promise<INestApplication> {
    const app = await this.ready();
    if (isHttpApplication(app)) return app;
    throw new DurableConfigurationError(this.root ? noHttpPlatform() : noHttpAdapter());
  }

  #declare(settings: ApplicationSettings, http: HttpKind): void {
    for (const setting of SETTINGS) this.#declareSetting(setting, settings);
    if (http === 'none' || http === this.http || this.http === 'required') return;
    if (this.#booted) this.#problem ??= new DurableConfigurationError(declaredTooLate(this.#name, 'http'));
    else this.http = http;
  }

  #declareSetting(setting: Setting, given: ApplicationSettings): void {
    const [known, stated] = [this.settings[setting], given[setting]];
    if (stated === undefined || isSame(known, stated)) return;
    if (known !== undefined) this.#problem ??= new DurableConfigurationError(differentSettings(this.#name, setting));
    else if (this.#booted) this.#problem ??= new DurableConfigurationError(declaredTooLate(this.#name, setting));
    else Object.assign(this.settings, { [setting]: stated });
  }

  get #name(): string {
    return typeof this.root === 'function' ? this.root.name : 'one root module';
  }
}

/**
 * Returns a provider of the durable module. @throws {DurableConfigurationError} when the application does not import it
 */
export function find<T>(app: INestApplicationContext, token: Type<T> | symbol): T {
  try {
    return app.get<T>(token, { strict: false });
  } catch (cause) {
    const other = typeof token === 'symbol' ? undefined : findInOtherCopies(app, token);
    if (other === undefined) throw new DurableConfigurationError(moduleMissing(), { cause });
    return other;
  }
}

/** The module may be of another copy of this package, and this one was not yet there when it was declared. */
function findInOtherCopies<T>(app: INestApplicationContext, token: Type<T>): T | undefined {
  for (const other of otherCopiesOf(token)) {
    try {
      return app.get<T>(other, { strict: false });
    } catch {
      // Then of the next copy.
    }
  }
  return undefined;
}

/** Nest has one logger per process, so each handler may have its own: the first counts. */
function isSame(one: unknown, other: unknown): boolean {
  const withoutLogger = (value: unknown): unknown =>
    typeof value === 'object' ? { ...value, logger: undefined } : value;
  return one !== undefined && isDeepStrictEqual(withoutLogger(one), withoutLogger(other));
}
