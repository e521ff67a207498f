import { nodeModule } from '../../node-module.js';
import type { INestApplication, INestApplicationContext, Type } from '@nestjs/common';
import { shared } from '../../process-state.js';
import {
  configuredTooLate,
  declaredTooLate,
  differentSettings,
  moduleMissing,
  noHttpAdapter,
  noHttpPlatform,
} from './lambda.messages.js';
import { otherCopiesOf } from '../copies.js';
import { DurableConfigurationError } from '../errors/durable-configuration-error.js';
import {
  type ApplicationSettings,
  bootApplication,
  type HttpKind,
  isHttpApplication,
  type RootModule,
  setUp,
} from './boot-application.js';

const { AsyncResource } = nodeModule('node:async_hooks');
const { isDeepStrictEqual } = nodeModule('node:util');

type Setting = keyof ApplicationSettings;

/** The others are used when an application is created. */
const SETTINGS_OF_GIVEN: readonly Setting[] = ['configure', 'enableShutdownHooks'];
const SETTINGS: readonly Setting[] = ['adapter', 'nest', ...SETTINGS_OF_GIVEN];

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
    const application = Application.#sharedBy(root, () => {
      const made: Application = new Application(() => bootApplication(root, made.settings, made.http), root);
      return made;
    });
    application.#declare(SETTINGS, settings, http);
    return application;
  }

  /**
   * An application that the user has created, and closes: by `NestFactory`, or from a `TestingModule`. All its handlers
   * share it, because it is initialised once.
   */
  static given(app: INestApplicationContext, settings: ApplicationSettings): Application {
    const application = Application.#sharedBy(app, () => {
      let isConfigured = false;
      // A boot that is repeated must not add the same pipes again.
      const configure = async (given: INestApplication): Promise<void> => {
        if (!isConfigured) await made.settings.configure?.(given);
        isConfigured = true;
      };
      const made: Application = new Application(() => setUp(app, { ...made.settings, configure }));
      return made;
    });
    if (settings.configure && isInitialised(app))
      application.#problem ??= new DurableConfigurationError(configuredTooLate());
    application.#declare(SETTINGS_OF_GIVEN, settings, 'none');
    return application;
  }

  static #sharedBy(key: object, make: () => Application): Application {
    const known = applications.get(key);
    if (known) return known;
    const application = make();
    applications.set(key, application);
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

  #declare(names: readonly Setting[], settings: ApplicationSettings, http: HttpKind): void {
    for (const setting of names) this.#declareSetting(setting, settings);
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
    return typeof this.root === 'function' ? this.root.name : 'one application';
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

/** Nest's own mark; pipes and other enhancers that are set up afterwards would apply to some routes only. */
function isInitialised(app: INestApplicationContext): boolean {
  return (app as { isInitialized?: unknown }).isInitialized === true;
}

/** Nest has one logger per process, so each handler may have its own: the first counts. */
function isSame(one: unknown, other: unknown): boolean {
  const withoutLogger = (value: unknown): unknown =>
    typeof value === 'object' ? { ...value, logger: undefined } : value;
  return one !== undefined && isDeepStrictEqual(withoutLogger(one), withoutLogger(other));
}
