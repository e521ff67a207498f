import type * as official from '@aws/durable-execution-sdk-js';
import type * as ours from 'nestjs-durable-execution/engine';

/**
 * Checked by the compiler: values typed by one package where the other expects them. Enums and classes with private
 * members are nominal in TypeScript, so they fit only where the import is changed: docs/compatibility.md lists them.
 */
type UsableAs<From, To> = [From] extends [To] ? true : false;
type Holds<T extends true> = T;
type Same<T, U> = [T, U] extends [U, T] ? true : false;

type Without<T, Nominal extends keyof T> = Omit<T, Nominal>;

class Order {
  id = '';
}
interface Item {
  sku: string;
}

/** What user code passes: everything that is written for the official SDK is accepted. */
export type Taken = [
  Holds<UsableAs<official.Duration, ours.Duration>>,
  Holds<UsableAs<official.StepConfig<Order>, ours.StepConfig<Order>>>,
  Holds<UsableAs<official.StepFunc<Order>, ours.StepFunc<Order>>>,
  Holds<UsableAs<Without<official.ChildConfig<Order>, 'errorMapper'>, ours.ChildConfig<Order>>>,
  Holds<UsableAs<official.InvokeConfig<Item, Order>, ours.InvokeConfig<Item, Order>>>,
  Holds<UsableAs<official.WaitForConditionCheckFunc<Order>, ours.WaitForConditionCheckFunc<Order>>>,
  Holds<UsableAs<official.WaitForConditionConfig<Order>, ours.WaitForConditionConfig<Order>>>,
  Holds<UsableAs<official.WaitForConditionWaitStrategyFunc<Order>, ours.WaitForConditionWaitStrategyFunc<Order>>>,
  Holds<UsableAs<official.WaitForConditionDecision, ours.WaitForConditionDecision>>,
  Holds<UsableAs<official.WaitStrategyConfig<Order>, ours.WaitStrategyConfig<Order>>>,
  Holds<UsableAs<official.RetryDecision, ours.RetryDecision>>,
  Holds<UsableAs<official.RetryStrategyConfig, ours.RetryStrategyConfig>>,
  Holds<UsableAs<official.LinearRetryStrategyConfig, ours.LinearRetryStrategyConfig>>,
  Holds<UsableAs<official.ThresholdCompletionConfig, ours.ThresholdCompletionConfig>>,
  Holds<UsableAs<NonNullable<official.StepConfig<Order>['retryStrategy']>, ours.RetryStrategy>>,
  Holds<UsableAs<official.Serdes<Order>, ours.Serdes<Order>>>,
  Holds<UsableAs<official.AnySerdes, ours.AnySerdes>>,
  Holds<UsableAs<official.AnySerdesDeserializer, ours.AnySerdesDeserializer>>,
  Holds<UsableAs<official.SerdesConfig, ours.SerdesConfig>>,
  Holds<UsableAs<official.DurableLogger, ours.DurableLogger>>,
  Holds<UsableAs<official.DurableInstrumentationPlugin, ours.DurableInstrumentationPlugin>>,
  Holds<UsableAs<official.DurableInstrumentationPluginProvider, ours.DurableInstrumentationPluginProvider>>,
  Holds<UsableAs<official.DurableInstrumentationPluginType, ours.DurableInstrumentationPluginType>>,
  Holds<UsableAs<official.DurableExecutionClient, ours.DurableExecutionClient>>,
  Holds<UsableAs<official.DurableExecutionConfig, ours.DurableExecutionConfig>>,
  Holds<UsableAs<official.DurableExecutionClientErrorOptions, ours.DurableExecutionClientErrorOptions>>,
  Holds<UsableAs<official.WithRetryConfig<Order>['retryStrategy'], ours.WithRetryConfig<Order>['retryStrategy']>>,
  Holds<UsableAs<official.PreviewField['name'], ours.PreviewField['name']>>,
  Holds<UsableAs<official.ErrorObject, ours.ErrorObject>>,
];

/** What user code is given: it can be used wherever the official SDK's is expected. */
export type Given = [
  Holds<UsableAs<ours.Duration, official.Duration>>,
  Holds<UsableAs<ours.RetryDecision, official.RetryDecision>>,
  Holds<UsableAs<ours.RetryStrategy, NonNullable<official.StepConfig<Order>['retryStrategy']>>>,
  Holds<UsableAs<ReturnType<typeof ours.createRetryStrategy>, ReturnType<typeof official.createRetryStrategy>>>,
  Holds<
    UsableAs<ReturnType<typeof ours.createWaitStrategy<Order>>, ReturnType<typeof official.createWaitStrategy<Order>>>
  >,
  Holds<UsableAs<typeof ours.retryPresets, typeof official.retryPresets>>,
  Holds<UsableAs<ours.WaitForConditionDecision, official.WaitForConditionDecision>>,
  Holds<UsableAs<ours.Serdes<Order>, official.Serdes<Order>>>,
  Holds<UsableAs<typeof ours.defaultSerdes, typeof official.defaultSerdes>>,
  Holds<UsableAs<typeof ours.createClassSerdes, typeof official.createClassSerdes>>,
  Holds<UsableAs<typeof ours.createClassSerdesWithDates, typeof official.createClassSerdesWithDates>>,
  Holds<UsableAs<ours.SerdesContext, official.SerdesContext>>,
  Holds<UsableAs<ours.DurableLogger, official.DurableLogger>>,
  Holds<UsableAs<ours.DurableContextLogger, official.DurableContextLogger<official.DurableLogger>>>,
  Holds<UsableAs<ours.DurableLogData, official.DurableLogData>>,
  Holds<UsableAs<ours.DurableLoggingContext, official.DurableLoggingContext>>,
  Holds<UsableAs<Parameters<ours.StepFunc<Order>>[0], Parameters<official.StepFunc<Order>>[0]>>,
  Holds<UsableAs<ours.LambdaContext, official.DurableContext['lambdaContext']>>,
  Holds<UsableAs<ours.InvocationInfo, official.InvocationInfo>>,
  Holds<UsableAs<ours.InvocationEndInfo, official.InvocationEndInfo>>,
  Holds<UsableAs<ours.OperationInfo, official.OperationInfo>>,
  Holds<UsableAs<ours.OperationEndInfo, official.OperationEndInfo>>,
  Holds<UsableAs<ours.AttemptInfo, official.AttemptInfo>>,
  Holds<UsableAs<ours.AttemptEndInfo, official.AttemptEndInfo>>,
  Holds<UsableAs<ours.OperationChangeInfo, official.OperationChangeInfo>>,
  Holds<UsableAs<ours.CheckpointDurableExecutionRequest, official.CheckpointDurableExecutionRequest>>,
  Holds<UsableAs<ours.GetDurableExecutionStateRequest, official.GetDurableExecutionStateRequest>>,
  Holds<UsableAs<ours.OperationUpdate, official.OperationUpdate>>,
  Holds<UsableAs<ours.ErrorObject, official.ErrorObject>>,
  Holds<UsableAs<Without<ours.CompletionStatus, 'items'>, Without<official.CompletionStatus, 'items'>>>,
  Holds<UsableAs<ours.DurableOperationError, official.DurableOperationError>>,
  Holds<UsableAs<ours.StepError, official.StepError>>,
  Holds<UsableAs<ours.InvokeError, official.InvokeError>>,
  Holds<UsableAs<ours.ChildContextError, official.ChildContextError>>,
  Holds<UsableAs<ours.CallbackError, official.CallbackError>>,
  Holds<UsableAs<ours.CallbackTimeoutError, official.CallbackTimeoutError>>,
  Holds<UsableAs<ours.CallbackExternalError, official.CallbackExternalError>>,
  Holds<UsableAs<ours.CallbackSubmitterError, official.CallbackSubmitterError>>,
  Holds<UsableAs<ours.WaitForConditionError, official.WaitForConditionError>>,
  Holds<UsableAs<ours.PromiseCombinatorError, official.PromiseCombinatorError>>,
  Holds<UsableAs<ours.BatchCompletionError, official.BatchCompletionError>>,
  Holds<UsableAs<ours.StepInterruptedError, official.StepInterruptedError>>,
  Holds<UsableAs<ours.PluginLoadError, official.PluginLoadError>>,
  Holds<UsableAs<ours.DurableExecutionClientError, official.DurableExecutionClientError>>,
  Holds<UsableAs<ours.DurableLambdaHandler, official.DurableLambdaHandler>>,
  Holds<UsableAs<ours.DurableLambdaOutput, official.DurableExecutionInvocationOutput>>,
  Holds<Same<Failed<ours.DurableExecutionInvocationOutput>, Failed<official.DurableExecutionInvocationOutput>>>,
  Holds<UsableAs<ours.DurableLambdaOutput, ours.DurableExecutionInvocationOutput>>,
];

/** The members of a failed response that hold no enum. */
type Failed<Output extends { Status: string }> = Omit<Extract<Output, { Status: 'FAILED' }>, 'Status'>;

/** Enums are nominal, so their values are compared: the same words mean the same. */
export type Words = [
  Holds<Same<ours.StepSemantics, `${official.StepSemantics}`>>,
  Holds<Same<ours.JitterStrategy, `${official.JitterStrategy}`>>,
  Holds<Same<ours.NestingType, `${official.NestingType}`>>,
  Holds<Same<ours.BatchItemStatus, `${official.BatchItemStatus}`>>,
  Holds<Same<ours.CompletionOutcome, `${official.CompletionOutcome}`>>,
  Holds<Same<ours.InvocationStatus, `${official.InvocationStatus}`>>,
  Holds<Same<ours.OperationSubType, `${official.OperationSubType}`>>,
  Holds<Same<ours.FileSystemSerdesMode, `${official.FileSystemSerdesMode}`>>,
  Holds<Same<ours.FileSystemPathEncoding, `${official.FileSystemPathEncoding}`>>,
  Holds<Same<ours.FieldMatchMode, `${official.FieldMatchMode}`>>,
  Holds<Same<ours.PreviewMode, `${official.PreviewMode}`>>,
  Holds<Same<ours.CompletionReason, official.CompletionReason>>,
  Holds<Same<ours.OperationType, official.OperationType>>,
  Holds<Same<ours.OperationStatus, official.OperationStatus>>,
  Holds<Same<ours.OperationAction, official.OperationAction>>,
  Holds<Same<ours.PluginInvocationStatus, official.PluginInvocationStatus>>,
  Holds<Same<ours.PluginOperationStatus, official.PluginOperationStatus>>,
  Holds<Same<ours.AttemptEndInfoOutcome, official.AttemptEndInfoOutcome>>,
  Holds<Same<ours.DurableExecutionClientErrorScope, official.DurableExecutionClientErrorScope>>,
];

/** The members of results that hold no enum. */
type ResultMembers = 'completionReason' | 'hasFailure' | 'throwIfError' | 'getResults' | 'getErrors' | 'totalCount';

export type Results = [
  Holds<UsableAs<Pick<ours.BatchResult<Order>, ResultMembers>, Pick<official.BatchResult<Order>, ResultMembers>>>,
  Holds<Same<keyof ours.BatchResult<Order>, keyof official.BatchResult<Order>>>,
  Holds<Same<keyof ours.BatchItem<Order>, keyof official.BatchItem<Order>>>,
  Holds<UsableAs<keyof official.DurableContext, keyof ours.DurableContext>>,
  Holds<Same<keyof official.DurableContext['promise'], keyof ours.DurableContext['promise']>>,
  Holds<UsableAs<keyof official.DurablePromise<Order>, keyof ours.DurablePromise<Order>>>,
];
