import type { AdmissionOptions } from '../durable-execution.options.js';

export interface DurableOptions {
  /**
   * What `DurableClient`, `createLambdaHandler({ handler })` and `DURABLE_HANDLER` call the method.
   * @defaultValue `ClassName.methodName`; state a name when a bundler may rename the class
   */
  name?: string;
  /**
   * What is kept of the request for the days after the first, or `false` for nothing.
   * @defaultValue `admission` of `DurableExecutionModule.forRoot()`
   */
  admission?: AdmissionOptions | false;
}
