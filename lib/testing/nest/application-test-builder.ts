import type { INestApplication, INestApplicationContext, LoggerService, ModuleMetadata, Type } from '@nestjs/common';
import { Test as NestTest, type TestingModuleBuilder } from '@nestjs/testing';
import { isHttpApplication, withoutHttp } from '../../nest/lambda/boot-application.js';
import { durableClass, durableValue } from './durable-override.js';

/** The replacement of something in a test. */
export interface OverrideOf<Builder> {
  useValue(value: unknown): Builder;
  useClass(replacement: Type): Builder;
  useFactory(factory: { factory: (...args: never[]) => unknown; inject?: unknown[] }): Builder;
}

type Change = (builder: TestingModuleBuilder) => void;
type Configure = (app: INestApplication) => void | Promise<void>;

/** Prepares the application of a test: awaiting it boots the application. */
export abstract class ApplicationTestBuilder<Test> implements PromiseLike<Test> {
  readonly #changes: Change[] = [];
  readonly #configures: Configure[] = [];
  #made: Promise<Test> | undefined;

  /** @param make - boots the application of a prepared module */
  constructor(private readonly make: (builder: ApplicationTestBuilder<Test>) => Promise<Test>) {}

  /** Replaces a provider; methods with the names of its `@Step()`s become the same steps. */
  overrideProvider(token: unknown): OverrideOf<this> {
    const kept =
      (factory: (...args: never[]) => unknown) =>
      async (...args: never[]) =>
        durableValue(token, await factory(...args));
    return {
      useValue: (value) => this.#add((builder) => builder.overrideProvider(token).useValue(durableValue(token, value))),
      useClass: (replacement) =>
        this.#add((builder) => builder.overrideProvider(token).useClass(durableClass(token, replacement))),
      useFactory: ({ factory, inject = [] }) =>
        this.#add((builder) =>
          builder.overrideProvider(token).useFactory({ factory: kept(factory), inject: inject as never[] }),
        ),
    };
  }

  overrideGuard(token: unknown): OverrideOf<this> {
    return this.#override('overrideGuard', token);
  }

  overridePipe(token: unknown): OverrideOf<this> {
    return this.#override('overridePipe', token);
  }

  overrideFilter(token: unknown): OverrideOf<this> {
    return this.#override('overrideFilter', token);
  }

  overrideInterceptor(token: unknown): OverrideOf<this> {
    return this.#override('overrideInterceptor', token);
  }

  /** Creates what a provider needs and the test does not provide. */
  useMocker(mocker: (token: unknown) => unknown): this {
    this.#add((builder) => builder.useMocker(mocker as never));
    return this;
  }

  /** Sets up the application before it is initialised, as `configure` of `createLambdaHandler()` does: global pipes, a prefix. */
  configure(configure: Configure): this {
    this.#configures.push(configure);
    return this;
  }

  then<A = Test, B = never>(
    onFulfilled?: ((test: Test) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    this.#made ??= this.make(this);
    return this.#made.then(onFulfilled, onRejected);
  }

  /** The testing module with every override. */
  moduleOf(metadata: ModuleMetadata, logger: LoggerService): TestingModuleBuilder {
    const builder = NestTest.createTestingModule(metadata).setLogger(logger);
    for (const change of this.#changes) change(builder);
    return builder;
  }

  async configureApplication(app: INestApplicationContext): Promise<void> {
    for (const configure of this.#configures) await configure(isHttpApplication(app) ? app : withoutHttp(app));
  }

  #override(
    method: 'overrideGuard' | 'overridePipe' | 'overrideFilter' | 'overrideInterceptor',
    token: unknown,
  ): OverrideOf<this> {
    return {
      useValue: (value) => this.#add((builder) => builder[method](token).useValue(value)),
      useClass: (replacement) => this.#add((builder) => builder[method](token).useClass(replacement)),
      useFactory: (factory) => this.#add((builder) => builder[method](token).useFactory(factory)),
    };
  }

  #add(change: Change): this {
    this.#changes.push(change);
    return this;
  }
}
