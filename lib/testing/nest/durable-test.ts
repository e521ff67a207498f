import type { INestApplicationContext, ModuleMetadata, Type } from '@nestjs/common';
import { handlerNameOf } from '../../nest/client/handler-name.js';
import type { InputOf, MethodName, ResultOf } from '../../nest/client/handler-types.js';
import { createLambdaHandler } from '../../nest/lambda/create-lambda-handler.js';
import { storedStart } from '../../wire/named-start.js';
import {
  benchOptions,
  DurableTestKit,
  FUNCTION_NAME,
  type KitOptions,
  type TestStartOptions,
} from '../durable-test-kit.js';
import { CloudTest, type CloudTestOptions } from '../cloud/cloud-test.js';
import { registerMatchers } from '../matchers/register-matchers.js';
import type { DurableRun } from '../run/durable-run.js';
import type { TestHandler } from '../service/test-functions.js';
import { TestBench } from '../test-bench.js';
import { ApplicationTestBuilder, type OverrideOf } from './application-test-builder.js';
import { functionUrlEvent, type RequestOptions, responseOf, type TestResponse } from './http-request.js';
import { createApplication, withDurableModule } from './test-application.js';
import { addressOwnFunction, provideControlClient } from './test-control-client.js';

export interface DurableTestOptions extends KitOptions {
  /**
   * Whether the application serves HTTP. @defaultValue whether it has controllers, and @nestjs/platform-express is
   * installed
   */
  http?: boolean;
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
  private constructor(
    bench: TestBench,
    handler: TestHandler,
    /** The Nest application under test. */
    readonly app: INestApplicationContext,
    options: DurableTestOptions,
  ) {
    super(bench, handler, options);
  }

  /**
   * Boots an application: a module with the durable module, which is added if no module imports it.
   * @param metadata - as for `Test.createTestingModule()`
   */
  static create(metadata: ModuleMetadata, options: DurableTestOptions = {}): DurableTestBuilder {
    registerMatchers();
    return new DurableTestBuilder((builder) => DurableTest.#boot(builder, metadata, options));
  }

  /** The same assertions for a deployed function, over the real API and in real time. */
  static cloud(options: CloudTestOptions): CloudTest {
    registerMatchers();
    return new CloudTest(options);
  }

  static async #boot(
    builder: ApplicationTestBuilder<DurableTest>,
    metadata: ModuleMetadata,
    options: DurableTestOptions,
  ): Promise<DurableTest> {
    const bench = await TestBench.open(benchOptions(options));
    const moduleBuilder = builder.moduleOf(await withDurableModule(metadata));
    provideControlClient(moduleBuilder, () => bench.service);
    const module = await moduleBuilder.compile();
    const app = await createApplication(module, options.http);
    await builder.configureApplication(app);
    await app.init();
    addressOwnFunction(app, FUNCTION_NAME);
    const handler = createLambdaHandler(app);
    bench.run(FUNCTION_NAME, handler);
    return new DurableTest(bench, handler, app, options);
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
    { executionName }: TestStartOptions = {},
  ): Promise<DurableRun<ResultOf<T[K]>>> {
    const payload = JSON.stringify(storedStart(handlerNameOf(host, method), input));
    return this.bench.start(FUNCTION_NAME, payload, executionName);
  }

  /** Calls a route, as a caller of the function's URL does, and awaits its response; `run` is its execution. */
  // eslint-disable-next-line no-restricted-syntax -- as every HTTP client has it: method, URL, body, options
  async request(
    method: string,
    url: string,
    body?: unknown,
    options: RequestOptions = {},
  ): Promise<TestResponse & { run: DurableRun }> {
    const run = await this.startWith(functionUrlEvent({ method, url, body }, options));
    return { ...responseOf(await run.result()), run };
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
