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

export interface SagaStepConfig<T> extends StepConfig<T> {
  /** Of the step that undoes it. */
  undo?: StepConfig<unknown>;
}
