import { type DurablePromise } from '../durable-promise.js';
import type { Duration } from '../duration.js';
import { BatchOperation } from '../operations/batch.js';
import type { BatchResult, MapConfig, MapFunc, ParallelBranch, ParallelConfig } from '../operations/batch-config.js';
import { mapPlan, parallelPlan } from '../operations/batch-plan.js';
import { CallbackOperation } from '../operations/callback.js';
import type {
  CreateCallbackConfig,
  CreateCallbackResult,
  WaitForCallbackConfig,
  WaitForCallbackSubmitterFunc,
} from '../operations/callback-config.js';
import { ChildContextOperation } from '../operations/child-context.js';
import type { ChildConfig, ChildFunc } from '../operations/child-context-config.js';
import { InvokeOperation } from '../operations/invoke.js';
import type { DurableOperation, OperationPlace } from '../operations/operation.js';
import { PromiseCombinators } from '../operations/promise-combinators.js';
import { StepOperation } from '../operations/step.js';
import type { StepConfig, StepFunc } from '../operations/step-config.js';
import { WaitOperation } from '../operations/wait.js';
import { waitForCallbackBody, waitForCallbackConfig } from '../operations/wait-for-callback.js';
import { WaitForConditionOperation } from '../operations/wait-for-condition.js';
import type { WaitForConditionCheckFunc, WaitForConditionConfig } from '../operations/wait-for-condition-config.js';
import type { AnySerdes, AnySerdesDeserializer } from '../serdes/serdes.js';
import { type InvokeArguments, splitInvoke, splitName } from './call-arguments.js';
import type { DurablePromiseCombinators } from './durable-promise-combinators.js';

/** Makes the operation of each call that a context offers; where and whether it begins is the context's business. */
export abstract class ContextOperations {
  #combinators: PromiseCombinators | undefined;

  abstract get defaultSerdes(): AnySerdes | undefined;
  abstract get defaultCallbackDeserializer(): AnySerdesDeserializer | undefined;

  /** Begins an operation at the next position, on behalf of the code that is running now. */
  abstract begin<T>(
    name: string | undefined,
    create: (place: OperationPlace) => DurableOperation<T>,
  ): DurablePromise<T>;

  step<T>(
    ...args: [string | undefined, StepFunc<T>, StepConfig<T>?] | [StepFunc<T>, StepConfig<T>?]
  ): DurablePromise<T> {
    return this.#call(
      args,
      (place, func: StepFunc<T>, config?: StepConfig<T>) => new StepOperation(place, func, config),
    );
  }

  wait(...args: [string, Duration] | [Duration]): DurablePromise<void> {
    return this.#call(args, (place, duration: Duration) => new WaitOperation(place, duration));
  }

  createCallback<T = string>(
    ...args: [string | undefined, CreateCallbackConfig<T>?] | [CreateCallbackConfig<T>?]
  ): DurablePromise<CreateCallbackResult<T>> {
    return this.#call(args, (place, config?: CreateCallbackConfig<T>) => new CallbackOperation(place, config));
  }

  waitForCallback<T = string>(
    ...args:
      | [string | undefined, WaitForCallbackSubmitterFunc, WaitForCallbackConfig<T>?]
      | [WaitForCallbackSubmitterFunc, WaitForCallbackConfig<T>?]
  ): DurablePromise<T> {
    return this.#call(args, (place, submitter: WaitForCallbackSubmitterFunc, config: WaitForCallbackConfig<T> = {}) => {
      const childConfig = waitForCallbackConfig<T>(config.serdes, this);
      const body = waitForCallbackBody(submitter, config, childConfig.serdes !== undefined);
      return new ChildContextOperation<T>(place, body, childConfig);
    });
  }

  invoke<TInput, TOutput>(...args: InvokeArguments<TInput, TOutput>): DurablePromise<TOutput> {
    const { name, call } = splitInvoke(args);
    return this.begin(name, (place) => new InvokeOperation(place, call));
  }

  waitForCondition<T>(
    ...args:
      | [string | undefined, WaitForConditionCheckFunc<T>, WaitForConditionConfig<T>]
      | [WaitForConditionCheckFunc<T>, WaitForConditionConfig<T>]
  ): DurablePromise<T> {
    return this.#call(
      args,
      (place, check: WaitForConditionCheckFunc<T>, config: WaitForConditionConfig<T>) =>
        new WaitForConditionOperation(place, check, config),
    );
  }

  map<TItem, T>(
    ...args:
      | [string | undefined, TItem[], MapFunc<TItem, T>, MapConfig<TItem, T>?]
      | [TItem[], MapFunc<TItem, T>, MapConfig<TItem, T>?]
  ): DurablePromise<BatchResult<T>> {
    return this.#call(
      args,
      (place, ...rest: [TItem[], MapFunc<TItem, T>, MapConfig<TItem, T>?]) =>
        new BatchOperation(place, mapPlan(...rest)),
    );
  }

  parallel<T>(
    ...args:
      | [string | undefined, ReadonlyArray<ParallelBranch<T>>, ParallelConfig<T>?]
      | [ReadonlyArray<ParallelBranch<T>>, ParallelConfig<T>?]
  ): DurablePromise<BatchResult<T>> {
    return this.#call(
      args,
      (place, branches: ReadonlyArray<ParallelBranch<T>>, config?: ParallelConfig<T>) =>
        new BatchOperation(place, parallelPlan(branches, config)),
    );
  }

  get promise(): DurablePromiseCombinators {
    return (this.#combinators ??= new PromiseCombinators(this));
  }

  runInChildContext<T>(
    ...args: [string | undefined, ChildFunc<T>, ChildConfig<T>?] | [ChildFunc<T>, ChildConfig<T>?]
  ): DurablePromise<T> {
    return this.#call(
      args,
      (place, func: ChildFunc<T>, config?: ChildConfig<T>) => new ChildContextOperation(place, func, config),
    );
  }

  /** Begins an operation whose arguments may have a name in front. */
  #call<T, TRest extends unknown[]>(
    args: readonly unknown[],
    create: (place: OperationPlace, ...rest: TRest) => DurableOperation<T>,
  ): DurablePromise<T> {
    const { name, rest } = splitName<TRest>(args);
    return this.begin(name, (place) => create(place, ...rest));
  }
}
