import type { StopRequest } from '../../wire/stop-request.js';
import type { DurablePromise } from '../base/durable-promise.js';
import type { StepConfig, StepContext, StepFunc } from '../operations/step-config.js';

/** How a step is undone: as a durable step with retries of its own. */
export interface Undo<T> {
  /** @param result - of the step; `undefined` where nobody knows whether it took effect */
  run(result: T | undefined, context: StepContext): unknown;
  config?: StepConfig<unknown> | undefined;
}

/** What the body of a saga does its steps with. */
export interface SagaScope {
  /**
   * A step, and how it is undone if the saga fails later. It is undone too where it has failed without an answer, for it may
   * have taken effect: the result is `undefined` then.
   */
  step<T>(name: string, body: StepFunc<T>, undo: Undo<T>['run'], config?: SagaStepConfig<T>): Promise<T>;
  /** Something to do if the saga fails later, for operations of other kinds. */
  onFailure(name: string, undo: (context: StepContext) => unknown, config?: StepConfig<unknown>): void;
}

/** The saga of a body that somebody else runs. */
export interface OpenSaga {
  /** Begins an operation, and knows from its end on how it is undone. */
  track<T>(name: string, begin: () => PromiseLike<T>, undo: Undo<T>): Promise<T>;
  /** The same promise; when somebody asks for a stop meanwhile, the body is left, and it rejects once everything is undone. */
  orStopped<T>(running: Promise<T>): Promise<T>;
  /** Undoes everything, unless the invocation is only to be repeated. @throws what has failed first */
  compensate(first: unknown): Promise<never>;
}

/** The durable signal that an execution is to stop. */
export interface StopListening<Context> {
  /** Calls back once; meanwhile the invocation is suspended as if nobody listened. */
  listen(context: Context, hear: (request: StopRequest) => void): void;
  /** An operation like any other: whoever awaits it alone is suspended. */
  promised(context: Context): DurablePromise<StopRequest>;
}

export interface SagaConfig {
  /**
   * Whether a stop that somebody asks for, with `stop({ compensate: true })`, leaves the body where it stands and has everything
   * undone: steps under way are waited for, no operation begins any more, and the saga fails with a `StopRequestedError`.
   * Persisted: the callback by which the execution is asked. @defaultValue false
   */
  stoppable?: boolean;
}

export interface SagaStepConfig<T> extends StepConfig<T> {
  /** Of the step that undoes it. */
  undo?: StepConfig<unknown>;
}
