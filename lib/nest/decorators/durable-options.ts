import type { ErrorRule } from '../../rules/error-rule.js';
import type { AdmissionOptions } from '../durable-execution.options.js';

export interface DurableOptions {
  /**
   * The name of the method for `DurableClient`, `createLambdaHandler({ handler })` and `DURABLE_HANDLER`.
   * @defaultValue `ClassName.methodName`; set a name if a bundler may rename the class
   */
  name?: string;
  /**
   * What is kept of the request for later invocations, or `false` for nothing.
   * @defaultValue `admission` of `DurableExecutionModule.forRoot()`
   */
  admission?: AdmissionOptions | false;
  /**
   * Decisions about errors in executions of the method, in its steps and where they leave the method; applied before
   * the rules of the application. An error that leaves the method fails the execution, unless a declared rule decides
   * `retry-invocation`. If a rule decides `fail-execution`, no filter and no interceptor can turn the error into a
   * response. @defaultValue none
   */
  errors?: readonly ErrorRule[];
  /**
   * Whether `stop({ compensate: true })` interrupts the method and undoes everything that `@Compensate()` and
   * `context.saga()` know. Their running steps are awaited, no further operation starts, and the execution fails with a
   * `StopRequestedError`. Persisted: one callback per execution, beside the numbered operations, so that you may turn
   * it on and off while executions run. @defaultValue false
   */
  stoppable?: boolean;
  /**
   * How many invocations in a row may fail. @defaultValue `maxFailedInvocations` of `DurableExecutionModule.forRoot()`
   */
  maxFailedInvocations?: number | false;
}

/** The metadata of `@Durable()`. */
export interface DurableMark extends DurableOptions {
  /** The decorated method; a decorator above may put another function in its place. */
  readonly decorated: object;
}
