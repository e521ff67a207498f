import type { LambdaConnectionOptions } from '../client/lambda-connection-options.js';
import type { EngineConfig } from '../engine/invocation/engine-config.js';
import type { ErrorRule } from '../rules/error-rule.js';
import type { FailureHooks } from '../engine/invocation/failure-hooks.js';
import type { AnySerdes } from '../engine/base/serdes/serdes.js';
import type { DurableExecutionClient } from '../wire/durable-execution-client.js';

/** What is kept of a request when an execution is admitted, and how it is brought back. */
export interface KeptRequestOptions {
  /**
   * Chooses what to keep when the guards have passed; it is saved with the execution.
   * @param request - the HTTP request as the guards have left it; on a direct call the input
   * @returns what the serdes can write: JSON, unless there is another
   */
  save(request: object): unknown;
  /**
   * Brings it back at every invocation, the first included, and once more for the guards after one that refuses. What it
   * does not set stays as the guards have made it.
   */
  restore(saved: unknown, request: object): unknown;
  /** Writes and reads what is saved. @defaultValue JSON */
  serdes?: AnySerdes;
}

/** Keeps what guards have put on the request, as data, and says how it is written. */
export interface AdmissionSerdesOptions {
  /** Writes and reads what is saved, such as encrypted. @defaultValue JSON */
  serdes?: AnySerdes;
}

export type AdmissionOptions = KeptRequestOptions | AdmissionSerdesOptions;

/** A function of another SDK, or of a starter that names no handler. */
export interface BareFunction {
  /** Name or ARN, with an alias or a version. */
  function: string;
  /** It is started with the input as it is; what handler runs it is its own affair. */
  bare: true;
}

export interface DurableExecutionModuleOptions extends FailureHooks {
  /**
   * Where checkpoints go.
   * @defaultValue the Lambda API, through `@aws-sdk/client-lambda`, which is loaded at the first durable invocation
   */
  client?: DurableExecutionClient;
  /** Region, endpoint or a client of your own, for all that talks to AWS Lambda here. */
  lambda?: LambdaConnectionOptions;
  /**
   * The functions that run `@Durable()` methods, for `DurableClient`: their names or ARNs, with an alias or a version, by
   * the names of the methods.
   * @defaultValue this very function
   */
  functions?: Readonly<Record<string, string | BareFunction>>;
  /**
   * What is kept of the request when the guards have let an execution pass, for guards that refuse later. It is saved as the
   * step `nest:guards`; `false` keeps nothing.
   * @defaultValue what guards have put on the request and its headers, body and session, as data of at most 32 KiB: without
   * members that are secret by their name (`password`, `token`, `apiKey`, …), and without what class-transformer excludes
   */
  admission?: AdmissionOptions | false;
  /**
   * How often in a second this process may look at executions for `result()` and `onProgress`, all together: an account has 30
   * for everything. Looks wait for their turn. A service on this machine is not counted.
   * @defaultValue 10
   */
  looksPerSecond?: number;
  /** Calls of `@Durable()` methods that no HTTP request has made. */
  direct?: {
    /** Whether global guards are asked; `false` for guards that need an HTTP request. @defaultValue true */
    globalGuards?: boolean;
  };
  /**
   * What follows which error of a step, asked in this order and before the built-in rules: those know the errors of some
   * fifty libraries (`docs/errors.md`). `false` asks no rules at all: every step is then retried as its strategy says.
   * @defaultValue the built-in rules alone
   */
  errors?: readonly ErrorRule[] | false;
  /**
   * Takes out of the texts of errors what may stand nowhere, such as e-mail addresses: asked for every message, and for the
   * texts of members that are kept, before they are recorded or logged. What it throws leaves the text out. Not asked about
   * `onStepFailed` and `onExecutionFailed`, which get the live errors. @defaultValue texts in which libraries are known to
   * repeat what a user has entered are left out; everything else stays
   */
  redact?: (text: string) => string;
  /**
   * How many invocations in a row may fail without the execution getting any further: by an `InvocationError`, a rule that
   * decides `retry-invocation`, a serdes, or a mistake of the deployment. Then it is FAILED with `FailedInvocationsError`. Also
   * of one method. `false` leaves it to the service. @defaultValue 8
   */
  maxFailedInvocations?: number | false;
  /**
   * Settings of the engine, the same as of `withDurableExecution`; but its records, and those of `context.logger`, go to the
   * logger of the application unless another is given.
   */
  engine?: EngineConfig;
}

/** Implemented by classes given to `DurableExecutionModule.forRootAsync({ useClass })`. */
export interface DurableExecutionOptionsFactory {
  createDurableExecutionOptions(): DurableExecutionModuleOptions | Promise<DurableExecutionModuleOptions>;
}
