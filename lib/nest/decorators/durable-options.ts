import type { ErrorRule } from '../../rules/error-rule.js';
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
  /**
   * What follows which error in executions of the method, in its steps and where it leaves the method; asked before the rules
   * of the application. What leaves the method fails the execution, unless a declared rule decides `retry-invocation`; where
   * one decides `fail-execution`, no filter and no interceptor can make an answer of it. @defaultValue none
   */
  errors?: readonly ErrorRule[];
  /**
   * Whether `stop({ compensate: true })` of an execution leaves the method where it stands and has everything undone that
   * `@Compensate()` and `context.saga()` know of: steps of theirs that run are waited for, no operation begins any more, and the execution
   * fails with a `StopRequestedError`. Persisted: one callback per execution, beside the numbered operations, so that it may be
   * switched on and off while executions are under way. @defaultValue false
   */
  stoppable?: boolean;
  /** Invocations in a row that may fail. @defaultValue `maxFailedInvocations` of `DurableExecutionModule.forRoot()` */
  maxFailedInvocations?: number | false;
}
