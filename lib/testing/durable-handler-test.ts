import {
  benchOptions,
  checkKitOptions,
  KIT_OPTIONS,
  DurableTestKit,
  FUNCTION_NAME,
  type KitOptions,
  type TestStartOptions,
} from './durable-test-kit.js';
import { registerMatchers } from './matchers/register-matchers.js';
import type { DurableRun } from './run/durable-run.js';
import type { TestHandler } from './service/test-functions.js';
import { TestBench } from './test-bench.js';

/**
 * A durable function without Nest, on the local service in this process: no port, no process, no credentials, no
 * environment variables, and no real time.
 *
 * @example
 * ```ts
 * await using test = await DurableHandlerTest.create(handler);
 * const run = await test.start({ id: '7' });
 * expect(await run.result()).toEqual({ trackingNumber: 'T7' });
 * ```
 */
export class DurableHandlerTest extends DurableTestKit {
  /** @param handler - created by `withDurableExecution()` or `createLambdaHandler()` */
  static async create(handler: TestHandler, options: KitOptions = {}): Promise<DurableHandlerTest> {
    if (typeof handler !== 'function')
      throw new TypeError(
        `DurableHandlerTest.create() needs the handler of a function, and received ${String(handler)}.`,
      );
    checkKitOptions('DurableHandlerTest.create()', options, KIT_OPTIONS);
    registerMatchers();
    const bench = await TestBench.open(benchOptions(options));
    bench.run(FUNCTION_NAME, handler);
    return new DurableHandlerTest(bench, handler, options);
  }

  /** Starts an execution with an input. @typeParam R - its result */
  start<R = unknown>(input: unknown = {}, options?: TestStartOptions): Promise<DurableRun<R>> {
    return this.begin(input, options);
  }
}
