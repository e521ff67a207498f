import type { INestApplicationContext, LoggerService, LogLevel, ModuleMetadata, Type } from '@nestjs/common';
import { handlerNameOf } from '../../nest/client/handler-name.js';
import { assertOptions, type OptionTypes } from '../../nest/errors/assert-options.js';
import type { InputOf, MethodName, ResultOf } from '../../nest/client/handler-types.js';
import { createLambdaHandler, type LambdaHandlerOptions } from '../../nest/lambda/create-lambda-handler.js';
import { storedStart } from '../../wire/named-start.js';
import { isObject } from '../../wire/read-records.js';
import { asRecord } from '../../wire/thrown.js';
import {
  benchOptions,
  checkKitOptions,
  KIT_OPTIONS,
  DurableTestKit,
  FUNCTION_NAME,
  type KitOptions,
  type TestStartOptions,
} from '../durable-test-kit.js';
import { CLOUD_OPTIONS, CloudTest, type CloudTestOptions } from '../cloud/cloud-test.js';
import { registerMatchers } from '../matchers/register-matchers.js';
import type { DurableRun } from '../run/durable-run.js';
import { DurableRunError } from '../run/durable-run-error.js';
import type { TestHandler } from '../service/test-functions.js';
import type { StubbedStep, StubBody } from '../stubs/step-stubs.js';
import { TestBench } from '../test-bench.js';
import { ApplicationTestBuilder, type OverrideOf } from './application-test-builder.js';
import {
  functionUrlEvent,
  LONGEST_RESPONSE_MS,
  REQUEST_OPTIONS,
  type RequestOptions,
  responseOf,
  type TestResponse,
} from './http-request.js';
import { formsIn } from './providers.js';
import type { Host, StepBody, StepMethod } from './step-method.js';
import { createApplication, withDurableModule } from './test-application.js';
import { TestLogger } from './test-logger.js';
import { addressOwnFunction, provideControlClient } from './test-control-client.js';

export interface DurableTestOptions
  extends KitOptions, Pick<LambdaHandlerOptions, 'adapter' | 'basePath' | 'handler' | 'handlers'> {
  /**
   * Whether the application serves HTTP. @defaultValue whether it has controllers, and @nestjs/platform-express is
   * installed
   */
  http?: boolean;
  /**
   * Where Nest's logger writes: nowhere, to the console at some levels, or to a logger of yours. `run.logs` holds what
   * executions log in any case.
   * @defaultValue `false`: nowhere
   */
  logger?: LoggerService | LogLevel[] | false;
}

const OPTIONS: OptionTypes<DurableTestOptions> = {
  ...KIT_OPTIONS,
  adapter: 'function',
  basePath: 'string or false',
  handler: 'string',
  handlers: 'array',
  http: 'boolean',
  logger: '',
};

const TOO_LATE =
  'The route has responded after more than 15 minutes, and the execution of a call that awaits its response times out ' +
  'after 15. Let a route without @Durable() start the long work with DurableClient';

/** The Nest application under test, and what it cannot do. */
interface BootedApplication {
  bench: TestBench;
  handler: TestHandler;
  app: INestApplicationContext;
  withoutHttp?: string | undefined;
}

/**
 * A Nest application with durable executions, on the local service in this process: no port, no process, no credentials,
 * no environment variables, and no real time.
 *
 * @example
 * ```ts
 * await using test = await DurableTest.create({ imports: [OrdersModule] });
 * const run = await test.start(OrderFulfilment, 'fulfil', { id: '7' });
 * expect(await run.result()).toEqual({ trackingNumber: 'T7' });
 * expect(run).toHaveRun('charge card', { times: 1 });
 * ```
 */
export class DurableTest extends DurableTestKit {
  /** The Nest application under test. */
  readonly app: INestApplicationContext;
  readonly #withoutHttp: string | undefined;

  private constructor({ bench, handler, app, withoutHttp }: BootedApplication, options: DurableTestOptions) {
    super(bench, handler, options);
    this.app = app;
    this.#withoutHttp = withoutHttp;
  }

  /**
   * Boots an application: a module with the durable module, which is added if no module imports it.
   * @param metadata - as for `Test.createTestingModule()`
   */
  static create(metadata: ModuleMetadata, options: DurableTestOptions = {}): DurableTestBuilder {
    if (!isObject(metadata)) {
      const module = typeof metadata === 'function' ? (metadata as Type).name : 'AppModule';
      throw new TypeError(`DurableTest.create() needs the metadata of a module: { imports: [${module}] }.`);
    }
    checkKitOptions('DurableTest.create()', options, OPTIONS);
    const { logger = false } = options;
    if (logger !== false && !(Array.isArray(logger) || isObject(logger)))
      throw new TypeError(`The option "logger" of DurableTest.create() must be a logger, an array of levels or false.`);
    registerMatchers();
    return new DurableTestBuilder((builder) => DurableTest.#boot(builder, metadata, options));
  }

  /** The same assertions for a deployed function, over the real API and in real time. */
  static cloud(options: CloudTestOptions): CloudTest {
    if (typeof asRecord(options).function !== 'string' || options.function === '')
      throw new TypeError("DurableTest.cloud() needs the name or ARN of a function: { function: 'orders:live' }.");
    assertOptions('DurableTest.cloud()', options, CLOUD_OPTIONS);
    registerMatchers();
    return new CloudTest(options);
  }

  static async #boot(
    builder: ApplicationTestBuilder<DurableTest>,
    metadata: ModuleMetadata,
    options: DurableTestOptions,
  ): Promise<DurableTest> {
    const bench = await TestBench.open(benchOptions(options));
    const { logger = false, http, adapter, basePath, handler: chosen, handlers } = options;
    const moduleBuilder = builder.moduleOf(await withDurableModule(metadata), new TestLogger(logger));
    provideControlClient(moduleBuilder, () => bench.service);
    const module = await moduleBuilder.compile();
    const { app, withoutHttp } = await createApplication(module, { http, adapter });
    await builder.configureApplication(app);
    await app.init();
    addressOwnFunction(app, FUNCTION_NAME);
    const handler = createLambdaHandler(app, { basePath, handler: chosen, handlers });
    bench.run(FUNCTION_NAME, handler);
    return new DurableTest({ bench, handler, app, withoutHttp }, options);
  }

  /** A provider of the application. */
  get<T>(token: Type<T> | string | symbol): T {
    return this.app.get<T>(token, { strict: false });
  }

  /** Starts an execution of a `@Durable()` method of a provider. */
  // eslint-disable-next-line no-restricted-syntax -- read as one sentence: host, method, input
  start<T extends object, K extends MethodName<T>>(
    host: Type<T>,
    method: K,
    input?: InputOf<T[K]>,
    options?: TestStartOptions,
  ): Promise<DurableRun<ResultOf<T[K]>>> {
    return this.begin(storedStart(handlerNameOf(host, method), input), options);
  }

  /** Runs another body instead of that of a step, or of a `@Step()` method; the step is recorded as usual. */
  override mockStep(name: string, body: StubBody): this;
  override mockStep<T extends object, K extends StepMethod<T>>(host: Host<T>, method: K, body: StepBody<T[K]>): this;
  override mockStep(step: string | Host<object>, ...stub: unknown[]): this {
    const [steps, [body]] = this.#stubbed(step, stub);
    for (const one of steps) this.bench.stubs.mock(one, body as StubBody);
    return this;
  }

  /** Lets the next attempts of a step fail before its body. @param times - how many of them, 1 unless given */
  override failStep(name: string, error: unknown, times?: number): this;
  override failStep<T extends object>(host: Host<T>, method: StepMethod<T>, error: unknown, times?: number): this;
  override failStep(step: string | Host<object>, ...stub: unknown[]): this {
    const [steps, [error, times = 1]] = this.#stubbed(step, stub);
    for (const one of steps) this.bench.stubs.fail(one, error, times as number);
    return this;
  }

  /** The body of a step never ends: the time-out of the step ends it, or else that of the Lambda function. */
  override stallStep(name: string): this;
  override stallStep<T extends object>(host: Host<T>, method: StepMethod<T>): this;
  override stallStep(step: string | Host<object>, ...stub: unknown[]): this {
    for (const one of this.#stubbed(step, stub)[0]) this.bench.stubs.stall(one);
    return this;
  }

  /** Calls a route, as a caller of the function's URL does, and waits for its response; `run` is its execution. */
  // eslint-disable-next-line no-restricted-syntax -- as every HTTP client has it: method, URL, body, options
  async request(
    method: string,
    url: string,
    body?: unknown,
    options: RequestOptions = {},
  ): Promise<TestResponse & { run: DurableRun }> {
    if (this.#withoutHttp) throw new Error(`The application of the test serves no HTTP: ${this.#withoutHttp}.`);
    assertOptions('request()', options, REQUEST_OPTIONS);
    const begunMs = this.now().getTime();
    const run = await this.startWith(await functionUrlEvent({ method, url, body }, options));
    const response = responseOf(await run.result());
    if (this.now().getTime() - begunMs > LONGEST_RESPONSE_MS) throw new DurableRunError(run, TOO_LATE);
    return { ...response, run };
  }

  /** What a stub is for, and what it is made of. */
  #stubbed(step: string | Host<object>, stub: unknown[]): [Iterable<StubbedStep>, unknown[]] {
    if (typeof step === 'string') return [[step], stub];
    const [method, ...rest] = stub;
    return [formsIn(this.app, step, String(method)), rest];
  }

  /** Closes the service and the application. */
  override async close(): Promise<void> {
    await super.close();
    await this.app.close();
  }
}

/** Creates a {@link DurableTest}: awaiting it boots the application. */
export class DurableTestBuilder extends ApplicationTestBuilder<DurableTest> {}

/** The replacement of something in a test. */
export type Override = OverrideOf<DurableTestBuilder>;
