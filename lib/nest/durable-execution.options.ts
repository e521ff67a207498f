import type { LambdaConnectionOptions } from '../client/lambda-connection-options.js';
import type { EngineConfig } from '../engine/invocation/engine-config.js';
import type { ErrorRule } from '../rules/error-rule.js';
import type { FailureHooks } from '../engine/invocation/failure-hooks.js';
import type { AnySerdes } from '../engine/base/serdes/serdes.js';
import type { DurableExecutionClient } from '../wire/durable-execution-client.js';

/** What is saved of a request when an execution is admitted, and how it is restored. */
export interface KeptRequestOptions {
  /**
   * Selects what to save when the guards have passed; it is saved with the execution.
   * @param request - the HTTP request as the guards have left it; on a direct call the input: what guards put on its
   *   `REQUEST` is not saved then
   * @returns a value that the serdes can write: JSON by default
   */
  save(request: object): unknown;
  /**
   * Restores it in every invocation, the first included, and once more for the guards after a refusing one. Members
   * that it does not set stay as the guards have left them.
   */
  restore(saved: unknown, request: object): unknown;
  /** Writes and reads the saved value. @defaultValue JSON */
  serdes?: AnySerdes;
}

/** Saves what guards have put on the request, as data, with a serdes of your own. */
export interface AdmissionSerdesOptions {
  /** Writes and reads the saved value, for example encrypted. @defaultValue JSON */
  serdes?: AnySerdes;
}

export type AdmissionOptions = KeptRequestOptions | AdmissionSerdesOptions;

/** A function of another SDK, or one that does not know handler names. */
export interface BareFunction {
  /** Name or ARN, with an alias or a version. */
  function: string;
  /** It is started with the unchanged input; it decides itself which handler runs. */
  bare: true;
}

export interface DurableExecutionModuleOptions extends FailureHooks {
  /**
   * Where checkpoints go.
   * @defaultValue the Lambda API, through `@aws-sdk/client-lambda`, which is loaded at the first durable invocation
   */
  client?: DurableExecutionClient;
  /** Region, endpoint or your own client, for all calls of AWS Lambda. */
  lambda?: LambdaConnectionOptions;
  /**
   * The functions that run `@Durable()` methods, for `DurableClient`: their names or ARNs, with an alias or a version,
   * by the names of the methods.
   * @defaultValue this function
   */
  functions?: Readonly<Record<string, string | BareFunction>>;
  /**
   * What is saved of the request when the guards have accepted an execution, for guards that refuse later. It is saved
   * as the step `nest:guards`; `false` saves nothing.
   * @defaultValue what guards have put on the request and its headers, body and session, as data of at most 32 KiB:
   *   without members that are secret by their name (`password`, `token`, `apiKey`, …), and without members that
   *   class-transformer excludes
   */
  admission?: AdmissionOptions | false;
  /**
   * How many requests per second this process may send to poll executions for `result()` and `onProgress`, in total: an
   * account has 30 for everything. Further requests wait. Requests to a service on this machine are not counted.
   * @defaultValue 10
   */
  looksPerSecond?: number;
  /** Calls of `@Durable()` methods without an HTTP request. */
  direct?: {
    /** Whether global guards run; set `false` for guards that need an HTTP request. @defaultValue true */
    globalGuards?: boolean;
  };
  /**
   * Decisions about errors of steps, applied in this order and before the built-in rules, which know the errors of
   * about fifty libraries (`docs/errors.md`). `false` turns all rules off: every step is then retried as its strategy
   * decides.
   * @defaultValue only the built-in rules
   */
  errors?: readonly ErrorRule[] | false;
  /**
   * Removes from error texts what must not be recorded or logged, such as e-mail addresses. It is called for every
   * message, and for the texts of recorded members, before they are recorded or logged. If it throws, the text is left
   * out. It is not called for `onStepFailed` and `onExecutionFailed`, which receive the live errors. @defaultValue
   * texts in which libraries are known to repeat user input are left out; everything else stays
   */
  redact?: (text: string) => string;
  /**
   * How many invocations in a row may fail without progress of the execution: by an `InvocationError`, a rule that
   * decides `retry-invocation`, a serdes, or a mistake of the deployment. Then it is FAILED with
   * `FailedInvocationsError`. A method may have its own limit. `false` leaves it to the service. @defaultValue 8
   */
  maxFailedInvocations?: number | false;
  /**
   * Settings of the engine, the same as of `withDurableExecution`; but its records, and those of `context.logger`, go
   * to the logger of the application unless you set another.
   */
  engine?: EngineConfig;
}

/** Implemented by classes for `DurableExecutionModule.forRootAsync({ useClass })`. */
export interface DurableExecutionOptionsFactory {
  createDurableExecutionOptions(): DurableExecutionModuleOptions | Promise<DurableExecutionModuleOptions>;
}
