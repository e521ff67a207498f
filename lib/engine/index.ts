export { createLeanDurableClient, withDurableExecution } from './invocation/with-durable-execution.js';
export type {
  AwsCredentials,
  DurableExecutionConfig,
  DurableExecutionHandler,
  LeanClientOptions,
  PreloadableClient,
} from './invocation/with-durable-execution.js';
export type { DurableLambdaHandler, DurableLambdaOutput } from './invocation/durable-lambda-handler.js';
export { DurableExecutionApiClient } from './invocation/durable-execution-api-client.js';
export { DurableExecutionInvocationInputWithClient } from './invocation/invocation-input-with-client.js';
export { runInvocation } from './invocation/run-invocation.js';
export type { InvocationRequest } from './invocation/run-invocation.js';
export type { DurableInvocation } from './invocation/durable-invocation.js';
export type { EngineConfig } from './invocation/engine-config.js';
export type { ExecutionFailure, FailureHooks, StepFailure } from './invocation/failure-hooks.js';
export type { FailedOperation } from './base/errors/failure-origin.js';
export type { ApiErrorCodes } from '../wire/classify-api-error.js';
export type { Clock, Timer } from './base/clock.js';
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
export { DurablePromise } from './base/durable-promise.js';
export type { Duration } from './base/duration.js';
export type { LambdaClientContext, LambdaContext } from './base/lambda-context.js';

export { AttemptEndInfoOutcome, PluginOperationStatus } from './invocation/plugins/plugin.js';
export { PluginInvocationStatus } from './invocation/plugins/plugin-invocation-status.js';
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
} from './invocation/plugins/plugin.js';
export {
  DURABLE_INSTRUMENTATION_PLUGIN_API_VERSION,
  DURABLE_INSTRUMENTATION_PLUGIN_REGISTRATION,
} from './invocation/plugins/plugin-factory.js';
export type {
  ConfiguredPlugin,
  DurableInstrumentationPluginFactory,
  DurableInstrumentationPluginProvider,
  DurableInstrumentationPluginRegistration,
  DurableInstrumentationPluginType,
} from './invocation/plugins/plugin-factory.js';
export type {
  CheckpointMeasures,
  DecisionMeasures,
  InvocationMeasures,
} from './invocation/plugins/invocation-measures.js';
export { cloudWatchMetrics } from './invocation/metrics/cloud-watch-metrics.js';
export type { CloudWatchMetricsOptions } from './invocation/metrics/cloud-watch-metrics.js';
export { loadPlugins } from './invocation/plugins/load-plugins.js';
export type { PluginSource } from './invocation/plugins/plugin-source.js';
export { PluginLoadError } from './invocation/plugins/plugin-load-error.js';

export { DurableLogLevel } from './context/logging/durable-logger.js';
export { refreshLogConfig } from './context/logging/refresh-log-config.js';
export type {
  DurableContextLogger,
  DurableLogData,
  DurableLogger,
  DurableLoggingContext,
  LoggerConfig,
} from './context/logging/durable-logger.js';

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
export type { CompletionReason } from './base/errors/completion-reason.js';

export { JitterStrategy } from './base/retry/jitter.js';
export { createRetryStrategy } from './base/retry/retry-strategy.js';
export type { RetryStrategyConfig } from './base/retry/retry-strategy.js';
export { createLinearRetryStrategy } from './base/retry/linear-retry-strategy.js';
export type { LinearRetryStrategyConfig } from './base/retry/linear-retry-strategy.js';
export { retryPresets } from './base/retry/retry-presets.js';
export { createWaitStrategy } from './base/retry/wait-strategy.js';
export type { WaitStrategyConfig } from './base/retry/wait-strategy.js';
export { withRetry } from './base/retry/with-retry.js';
export type { RetryableFunc, WithRetryConfig } from './base/retry/with-retry.js';
export { createClassSerdes, createClassSerdesWithDates } from './base/serdes/class-serdes.js';
export { defaultSerdes } from './base/serdes/default-serdes.js';
export {
  createFileSystemSerdes,
  FileSystemPathEncoding,
  FileSystemSerdesMode,
} from './base/serdes/file-system-serdes.js';
export type { FileSystemSerdesConfig } from './base/serdes/file-system-serdes.js';
export { buildPreview, FieldMatchMode, PreviewMode } from './base/serdes/preview.js';
export type { PreviewConfig, PreviewField } from './base/serdes/preview.js';
export type { AnySerdes, AnySerdesDeserializer, Serdes, SerdesConfig, SerdesContext } from './base/serdes/serdes.js';

export { CheckpointErrorCategory, DurableApiErrorCategory } from './base/errors/durable-api-error-category.js';
export { DurableExecutionsError } from '../wire/durable-executions-error.js';
export { UnrecoverableError } from './base/errors/unrecoverable-error.js';
export { FailedInvocationsError, type PastFailure } from './base/errors/failed-invocations-error.js';
export { CompensationError, type FailedUndo } from './saga/compensation-error.js';
export type { SagaConfig, SagaScope, SagaStepConfig, Undo } from './saga/saga-scope.js';
export { StopRequestedError } from './saga/stop-requested-error.js';
export type { StopRequest } from '../wire/stop-request.js';
export { ExecutionError } from './base/errors/execution-error.js';
export type { ExecutionErrorOptions } from './base/errors/execution-error.js';
export { InvocationError } from './base/errors/invocation-error.js';
export { DurableError } from './base/errors/durable-error.js';
export type { DurableErrorOptions } from './base/errors/durable-error.js';
export { ErrorClassMissingError } from './base/errors/error-class-missing-error.js';
export type { ErrorFacts, ErrorKnowledge } from './base/errors/error-knowledge.js';
export type { PlainData, PlainRecord } from './base/errors/plain-data.js';
export { DurableApiError } from './base/errors/durable-api-error.js';
export { CheckpointError } from './base/errors/checkpoint-error.js';
export { GetExecutionStateError } from './base/errors/get-execution-state-error.js';
export { TransportLoadError } from './base/errors/transport-load-error.js';
export { UnreadableStateError } from './base/errors/unreadable-state-error.js';
export {
  ConfigValidationError,
  ContextValidationError,
  NonDeterministicExecutionError,
  NotDurableError,
  SerdesFailedError,
} from './base/errors/context-errors.js';
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
} from './base/errors/operation-errors.js';
export { UnsavableValueError } from './base/errors/unsavable-value-error.js';
export {
  DurableExecutionClientError,
  DurableExecutionClientErrorScope,
  isDurableExecutionClientError,
} from './base/errors/durable-execution-client-error.js';
export type { DurableExecutionClientErrorOptions } from './base/errors/durable-execution-client-error.js';
export {
  isDurableApiError,
  isDurableExecutionsError,
  isExecutionError,
  isInvocationError,
  isRetryableError,
  isUnrecoverableError,
} from './base/errors/recognise.js';

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
