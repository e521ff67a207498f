export { createLeanDurableClient, withDurableExecution } from './with-durable-execution.js';
export type {
  AwsCredentials,
  DurableExecutionConfig,
  DurableExecutionHandler,
  LeanClientOptions,
  PreloadableClient,
} from './with-durable-execution.js';
export type { DurableLambdaHandler, DurableLambdaOutput } from './durable-lambda-handler.js';
export { DurableExecutionApiClient } from './durable-execution-api-client.js';
export { DurableExecutionInvocationInputWithClient } from './invocation-input-with-client.js';
export { runInvocation } from './run-invocation.js';
export type { InvocationRequest } from './run-invocation.js';
export type { DurableInvocation } from './durable-invocation.js';
export type { EngineConfig } from './engine-config.js';
export type { ExecutionFailure, FailureHooks, StepFailure } from './failure-hooks.js';
export type { FailedOperation } from './errors/failure-origin.js';
export type { ApiErrorCodes } from '../wire/classify-api-error.js';
export type { Clock, Timer } from './clock.js';
export { currentDurableContext, currentInvocation, isInsideStep } from './context/current.js';
export type {
  ChildFunc,
  DurableContext,
  MapFunc,
  NamedParallelBranch,
  ParallelBranch,
  ParallelBranchResult,
  ParallelFunc,
} from './context/durable-context.js';
export type { DurablePromiseCombinators } from './context/durable-promise-combinators.js';
export { DurablePromise } from './durable-promise.js';
export type { Duration } from './duration.js';
export type { LambdaClientContext, LambdaContext } from './lambda-context.js';

export { AttemptEndInfoOutcome, PluginInvocationStatus, PluginOperationStatus } from './plugins/plugin.js';
export type {
  AttemptEndInfo,
  AttemptInfo,
  DurableInstrumentationPlugin,
  InvocationEndInfo,
  InvocationInfo,
  OperationChangeInfo,
  OperationEndInfo,
  OperationInfo,
  PluginsConfig,
  PropagationInput,
  PropagationMetadata,
} from './plugins/plugin.js';
export {
  DURABLE_INSTRUMENTATION_PLUGIN_API_VERSION,
  DURABLE_INSTRUMENTATION_PLUGIN_REGISTRATION,
} from './plugins/plugin-factory.js';
export type {
  ConfiguredPlugin,
  DurableInstrumentationPluginFactory,
  DurableInstrumentationPluginProvider,
  DurableInstrumentationPluginRegistration,
  DurableInstrumentationPluginType,
} from './plugins/plugin-factory.js';
export type { CheckpointMeasures, DecisionMeasures, InvocationMeasures } from './plugins/invocation-measures.js';
export { cloudWatchMetrics } from './metrics/cloud-watch-metrics.js';
export type { CloudWatchMetricsOptions } from './metrics/cloud-watch-metrics.js';
export { loadPlugins } from './plugins/load-plugins.js';
export type { PluginSource } from './plugins/plugin-source.js';
export { PluginLoadError } from './plugins/plugin-load-error.js';

export { DurableLogLevel } from './logging/durable-logger.js';
export type {
  DurableContextLogger,
  DurableLogData,
  DurableLogger,
  DurableLoggingContext,
  LoggerConfig,
} from './logging/durable-logger.js';

export { StepSemantics } from './operations/step-config.js';
export type {
  OperationContext,
  RetryDecision,
  RetryStrategy,
  StepConfig,
  StepContext,
  StepFunc,
} from './operations/step-config.js';
export type {
  CreateCallbackConfig,
  CreateCallbackResult,
  WaitForCallbackConfig,
  WaitForCallbackContext,
  WaitForCallbackSubmitterFunc,
} from './operations/callback-config.js';
export type { ChildConfig } from './operations/child-context-config.js';
export type { InvokeConfig } from './operations/invoke-config.js';
export type {
  WaitForConditionCheckFunc,
  WaitForConditionConfig,
  WaitForConditionContext,
  WaitForConditionDecision,
  WaitForConditionWaitStrategyFunc,
} from './operations/wait-for-condition-config.js';
export {
  BatchItemStatus,
  completeBatch,
  CompletionOutcome,
  continueBatch,
  NestingType,
} from './operations/batch-config.js';
export type {
  BatchConfig,
  BatchItem,
  BatchResult,
  CompletionConfig,
  CompletionDecision,
  CompletionItemStatus,
  CompletionStatus,
  CustomCompletionConfig,
  MapConfig,
  ParallelConfig,
  ThresholdCompletionConfig,
} from './operations/batch-config.js';
export type { CompletionReason } from './errors/completion-reason.js';

export { JitterStrategy } from './retry/jitter.js';
export { createRetryStrategy } from './retry/retry-strategy.js';
export type { RetryStrategyConfig } from './retry/retry-strategy.js';
export { createLinearRetryStrategy } from './retry/linear-retry-strategy.js';
export type { LinearRetryStrategyConfig } from './retry/linear-retry-strategy.js';
export { retryPresets } from './retry/retry-presets.js';
export { createWaitStrategy } from './retry/wait-strategy.js';
export type { WaitStrategyConfig } from './retry/wait-strategy.js';
export { withRetry } from './retry/with-retry.js';
export type { RetryableFunc, WithRetryConfig } from './retry/with-retry.js';
export { createClassSerdes, createClassSerdesWithDates } from './serdes/class-serdes.js';
export { defaultSerdes } from './serdes/default-serdes.js';
export { createFileSystemSerdes, FileSystemPathEncoding, FileSystemSerdesMode } from './serdes/file-system-serdes.js';
export type { FileSystemSerdesConfig } from './serdes/file-system-serdes.js';
export { buildPreview, FieldMatchMode, PreviewMode } from './serdes/preview.js';
export type { PreviewConfig, PreviewField } from './serdes/preview.js';
export type { AnySerdes, AnySerdesDeserializer, Serdes, SerdesConfig, SerdesContext } from './serdes/serdes.js';

export { CheckpointErrorCategory, DurableApiErrorCategory } from './errors/durable-api-error-category.js';
export { DurableExecutionsError } from './errors/durable-executions-error.js';
export { UnrecoverableError } from './errors/unrecoverable-error.js';
export { ExecutionError } from './errors/execution-error.js';
export type { ExecutionErrorOptions } from './errors/execution-error.js';
export { InvocationError } from './errors/invocation-error.js';
export { DurableError } from './errors/durable-error.js';
export type { DurableErrorOptions } from './errors/durable-error.js';
export { ErrorClassMissingError } from './errors/error-class-missing-error.js';
export type { ErrorFacts, ErrorKnowledge } from './errors/error-knowledge.js';
export type { PlainData, PlainRecord } from './errors/plain-data.js';
export { DurableApiError } from './errors/durable-api-error.js';
export { CheckpointError } from './errors/checkpoint-error.js';
export { GetExecutionStateError } from './errors/get-execution-state-error.js';
export { TransportLoadError } from './errors/transport-load-error.js';
export { UnreadableStateError } from './errors/unreadable-state-error.js';
export {
  ConfigValidationError,
  ContextValidationError,
  NonDeterministicExecutionError,
  NotDurableError,
  SerdesFailedError,
} from './errors/context-errors.js';
export {
  BatchCompletionError,
  CallbackError,
  CallbackExternalError,
  CallbackSubmitterError,
  CallbackTimeoutError,
  ChildContextError,
  DurableOperationError,
  InvokeError,
  PromiseCombinatorError,
  StepError,
  StepInterruptedError,
  StepTimeoutError,
  UnknownOutcomeError,
  WaitForConditionError,
} from './errors/operation-errors.js';
export { UnsavableValueError } from './errors/unsavable-value-error.js';
export {
  DurableExecutionClientError,
  DurableExecutionClientErrorScope,
  isDurableExecutionClientError,
} from './errors/durable-execution-client-error.js';
export type { DurableExecutionClientErrorOptions } from './errors/durable-execution-client-error.js';
export {
  isDurableApiError,
  isDurableExecutionsError,
  isExecutionError,
  isInvocationError,
  isRetryableError,
  isUnrecoverableError,
} from './errors/recognise.js';

export { InvocationStatus } from '../wire/envelope.js';
export type { DurableExecutionInvocationInput, DurableExecutionInvocationOutput } from '../wire/envelope.js';
export type {
  CheckpointDurableExecutionRequest,
  CheckpointDurableExecutionResponse,
  CheckpointUpdatedExecutionState,
  DurableCallOptions,
  DurableExecutionClient,
  GetDurableExecutionStateRequest,
  GetDurableExecutionStateResponse,
} from '../wire/durable-execution-client.js';
export { OperationAction, OperationStatus, OperationSubType, OperationType } from '../wire/operation.js';
export type {
  CallbackDetails,
  CallbackOptions,
  ChainedInvokeDetails,
  ChainedInvokeOptions,
  ContextDetails,
  ContextOptions,
  ErrorObject,
  ExecutionDetails,
  Operation,
  OperationUpdate,
  StepDetails,
  StepDetails as WireStepDetails,
  StepOptions,
  WaitDetails,
  WaitDetails as WireWaitDetails,
  WaitOptions,
  WireOperation,
  WireTimestamp,
} from '../wire/operation.js';
