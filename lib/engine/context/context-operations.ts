import { type DurablePromise } from '../base/durable-promise.js';
import type { Duration } from '../base/duration.js';
import { handled } from '../base/handled.js';
import { Batch } from '../operations/batch.js';
import type { BatchResult, MapConfig, ParallelConfig } from '../operations/batch-config.js';
import { mapPlan, parallelPlan } from '../operations/batch-plan.js';
import { Callback } from '../operations/callback.js';
import type {
  CreateCallbackConfig,
  CreateCallbackResult,
  WaitForCallbackConfig,
  WaitForCallbackSubmitterFunc,
} from '../operations/callback-config.js';
import { ChildContext } from '../operations/child-context.js';
import type { ChildConfig } from '../operations/child-context-config.js';
import { Invoke } from '../operations/invoke.js';
import { PromiseCombinators } from '../operations/promise-combinators.js';
import { Step } from '../operations/step.js';
import type { StepConfig, StepFunc } from '../operations/step-config.js';
import { Wait } from '../operations/wait.js';
import {
  assertCanWaitForCallback,
  waitForCallbackBody,
  waitForCallbackConfig,
} from '../operations/wait-for-callback.js';
import { WaitForCondition } from '../operations/wait-for-condition.js';
import type { WaitForConditionCheckFunc, WaitForConditionConfig } from '../operations/wait-for-condition-config.js';
import type { ContextScope, InvocationScope, OperationDefinition, OperationScope } from '../scope.js';
import type { AnySerdes, AnySerdesDeserializer } from '../base/serdes/serdes.js';
import { type InvokeArguments, splitInvoke, splitName, type Named } from './call-arguments.js';
import { runSaga } from '../saga/saga.js';
import type { SagaConfig, SagaScope } from '../saga/saga-scope.js';
import type { ChildFunc, MapFunc, ParallelBranch } from './durable-context.js';
import type { DurablePromiseCombinators } from './durable-promise-combinators.js';
import { NOW, RANDOM, UUID } from './recorded-values.js';

/** Creates the operation of each method of a context; the context decides where and whether it starts. */
export abstract class ContextOperations {
  #combinators: PromiseCombinators | undefined;

  abstract readonly invocation: InvocationScope;
  abstract readonly defaultSerdes: AnySerdes | undefined;
  abstract readonly defaultCallbackDeserializer: AnySerdesDeserializer | undefined;

  /** Starts an operation at the next position, for the code that is running now. */
  abstract begin<T>(name: string | undefined, definition: OperationDefinition<T>): DurablePromise<T>;

  step<T>(...args: Named<[StepFunc<T>, StepConfig<T>?]>): DurablePromise<T> {
    const { name, rest } = splitName(args);
    return this.begin(name, new Step(rest[0], rest[1]));
  }

  saga<T>(body: (saga: SagaScope) => Promise<T>, config?: SagaConfig): Promise<T> {
    return handled(runSaga(this as unknown as ContextScope, body, config));
  }

  now(name = 'now'): DurablePromise<Date> {
    return this.begin(name, new Step(async () => new Date(this.invocation.clock.now()), NOW));
  }

  uuid(name = 'uuid'): DurablePromise<string> {
    return this.begin(name, new Step(async () => crypto.randomUUID(), UUID));
  }

  random(name = 'random'): DurablePromise<number> {
    return this.begin(name, new Step(async () => Math.random(), RANDOM));
  }

  wait(...args: Named<[Duration]>): DurablePromise<void> {
    const { name, rest } = splitName(args);
    return this.begin(name, new Wait(rest[0]));
  }

  createCallback<T = string>(...args: Named<[CreateCallbackConfig<T>?]>): DurablePromise<CreateCallbackResult<T>> {
    const { name, rest } = splitName(args);
    return this.begin(name, new Callback(rest[0]));
  }

  waitForCallback<T = string>(
    ...args: Named<[WaitForCallbackSubmitterFunc, WaitForCallbackConfig<T>?]>
  ): DurablePromise<T> {
    const { name, rest } = splitName(args);
    const [submitter, config] = rest;
    const childConfig = waitForCallbackConfig<T>(config?.serdes, this);
    const body = waitForCallbackBody(submitter, config ?? {}, childConfig.serdes !== undefined);
    const check = (operation: OperationScope) => assertCanWaitForCallback(submitter, config, operation);
    return this.begin(name, new ChildContext<T>(body, { ...childConfig, check }));
  }

  invoke<TInput, TOutput>(...args: InvokeArguments<TInput, TOutput>): DurablePromise<TOutput> {
    const { name, call } = splitInvoke(args);
    return this.begin(name, new Invoke(call));
  }

  waitForCondition<T>(...args: Named<[WaitForConditionCheckFunc<T>, WaitForConditionConfig<T>]>): DurablePromise<T> {
    const { name, rest } = splitName(args);
    return this.begin(name, new WaitForCondition(rest[0], rest[1]));
  }

  map<TItem, T>(...args: Named<[TItem[], MapFunc<TItem, T>, MapConfig<TItem, T>?]>): DurablePromise<BatchResult<T>> {
    const { name, rest } = splitName(args);
    return this.begin(name, new Batch(mapPlan(...rest)));
  }

  parallel<T>(...args: Named<[ReadonlyArray<ParallelBranch<T>>, ParallelConfig<T>?]>): DurablePromise<BatchResult<T>> {
    const { name, rest } = splitName(args);
    return this.begin(name, new Batch(parallelPlan(...rest)));
  }

  get promise(): DurablePromiseCombinators {
    return (this.#combinators ??= new PromiseCombinators(
      (name, definition) => this.begin(name, definition),
      () => this.invocation.errorKnowledge(),
    ));
  }

  runInChildContext<T>(...args: Named<[ChildFunc<T>, ChildConfig<T>?]>): DurablePromise<T> {
    const { name, rest } = splitName(args);
    return this.begin(name, new ChildContext(rest[0], rest[1]));
  }
}
