import type { StopRequest } from '../../wire/stop-request.js';
import type { DurablePromise } from '../base/durable-promise.js';
import type { StepConfig, StepContext, StepFunc } from '../operations/step-config.js';

/** How a step is undone: as a durable step with its own retries. */
export interface Undo<T> {
  /** @param result - of the step; `undefined` if it is unknown whether it took effect, or could not be saved */
  run(result: T | undefined, context: StepContext): unknown;
  config?: StepConfig<unknown> | undefined;
}

/** The parameter of a saga's body, which starts its steps. */
export interface SagaScope {
  /**
   * A step, and how it is undone if the saga fails later. It is also undone if its last attempt has failed without a
   * response, because it may have taken effect, and if its result cannot be saved: the result is `undefined` then.
   */
  step<T>(name: string, body: StepFunc<T>, undo: Undo<T>['run'], config?: SagaStepConfig<T>): Promise<T>;
  /** Something to do if the saga fails later, for operations of other kinds. */
  onFailure(name: string, undo: (context: StepContext) => unknown, config?: StepConfig<unknown>): void;
}

/** The saga of a body that other code runs. */
export interface OpenSaga {
  /** Starts an operation, and registers its undo when it completes. */
  track<T>(name: string, begin: () => PromiseLike<T>, undo: Undo<T>): Promise<T>;
  /**
   * The same promise; if a stop is requested meanwhile, the body is left, and the promise rejects once everything is
   * undone.
   *
   * @param hears - called when the stop is requested
   */
  orStopped<T>(running: Promise<T>, hears?: () => void): Promise<T>;
  /** Undoes everything, unless the invocation will only be repeated. @throws the first failure */
  compensate(first: unknown): Promise<never>;
}

/** The durable signal that an execution should stop. */
export interface StopListening<Context> {
  /** Calls back once; meanwhile the invocation is suspended as if no code listened. */
  listen(context: Context, hear: (request: StopRequest) => void): void;
  /** An operation like any other: code that awaits only this one is suspended. */
  promised(context: Context): DurablePromise<StopRequest>;
}

/** A failure of code around the handler, for which something is undone. */
export interface FailureListening {
  /** Whether it is recorded, or is being recorded. */
  readonly isKnown: boolean;
  /** Calls back once, in recorded order, with the failure of this invocation or of an earlier one. */
  listen(hear: (failure: unknown) => void): void;
  /** Code may never come to where it was when the failure came: nothing waits for that any more. */
  codeEnded(): void;
  /** From now on there may be something to undo: an earlier invocation may have begun that. */
  expect(): void;
  /**
   * Records a failure, unless one is known or nothing is to be undone for it. No operation starts any more in the context
   * of the execution itself, except to undo.
   *
   * @returns whether a failure is known, so that the listener is called
   */
  record(thrown: unknown): boolean;
}

export interface SagaConfig {
  /**
   * Whether a stop request, `stop({ compensate: true })`, interrupts the body and undoes everything: running steps are
   * awaited, no further operation starts, and the saga fails with a `StopRequestedError`. Persisted: the callback by
   * which the stop is requested. @defaultValue false
   */
  stoppable?: boolean;
}

export interface SagaStepConfig<T> extends StepConfig<T> {
  /** Of the step that undoes it. */
  undo?: StepConfig<unknown>;
}
