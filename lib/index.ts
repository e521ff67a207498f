export { DurableExecutionModule } from './nest/durable-execution.module.js';
export type {
  AdmissionOptions,
  AdmissionSerdesOptions,
  BareFunction,
  DurableExecutionModuleOptions,
  DurableExecutionOptionsFactory,
  KeptRequestOptions,
} from './nest/durable-execution.options.js';
export {
  DURABLE_CONTEXT_TYPE,
  DURABLE_HANDLER_VARIABLE,
  LAMBDA_CONTEXT_TYPE,
} from './nest/durable-execution.constants.js';
export { Durable } from './nest/decorators/durable.decorator.js';
export type { DurableOptions } from './nest/decorators/durable-options.js';
export { DurableCtx, DurableInput } from './nest/decorators/durable-params.decorator.js';
export { ChildContext } from './nest/decorators/child-context.decorator.js';
export type { ChildContextOptions } from './nest/decorators/child-context.decorator.js';
export { Step } from './nest/decorators/step.decorator.js';
export type { StepMethodOptions } from './nest/decorators/step.decorator.js';
export { Compensate } from './nest/compensation/compensate.decorator.js';
export { CurrentStep } from './nest/current-step.js';
export { DurableContext } from './nest/durable-context.js';
export { DurableClient } from './nest/client/durable-client.js';
export { DurableHealthIndicator } from './nest/client/durable-health.indicator.js';
export type { DurableHealthOptions } from './nest/client/api-health.js';
export type { DurableHealthResult } from './nest/client/durable-health.indicator.js';
export type { ApiHealth } from './nest/client/api-health.js';
export { DurableFunction } from './nest/client/durable-function.js';
export type { StartOptions } from './nest/client/durable-function.js';
export { RunningExecution } from './nest/client/running-execution.js';
export type { DescribedExecution } from './nest/client/running-execution.js';
export type { ResultOptions } from './nest/client/await-result.js';
export type { StoppedExecution } from './nest/client/stop-compensating.js';
export type { CompensatingStop } from './nest/client/stop-reason.js';
export type { StatusOptions } from './nest/client/wait-for-status.js';
export { OnExecutionStatus } from './nest/events/on-execution-status.decorator.js';
export type { OnExecutionStatusOptions } from './nest/events/on-execution-status.decorator.js';
export type { ExecutionStatusChange } from './nest/events/status-change.js';
export type { InputOf, MethodArgument, MethodName, ResultOf } from './nest/client/handler-types.js';
export { NothingListensError } from './nest/errors/nothing-listens-error.js';
export { ExecutionEndedError } from './nest/errors/execution-ended-error.js';
export type { EndedExecution } from './nest/errors/execution-ended-error.js';
export { DurableError } from './engine/base/errors/durable-error.js';
export type { DurableErrorOptions } from './engine/base/errors/durable-error.js';
export type { PlainData, PlainRecord } from './engine/base/errors/plain-data.js';
export { CallbackRefusal } from './nest/webhook/callback-refusal.js';
export { CompletesCallback } from './nest/webhook/completes-callback.decorator.js';
export type { CallbackMethodDecorator, CompletesCallbackOptions } from './nest/webhook/completes-callback.decorator.js';
export { signWebhook } from './nest/webhook/sign-webhook.js';
export type { WebhookToSign } from './nest/webhook/sign-webhook.js';
export type { WebhookHeaders, WebhookRequest } from './nest/webhook/webhook-request.js';
export type { CallbackIdReader, CallbackRequest } from './nest/webhook/webhook-route.js';
export type {
  WebhookSecret,
  WebhookSecretFactory,
  WebhookSecretOption,
  WebhookSecrets,
} from './nest/webhook/webhook-secret.js';
export type {
  CustomSignature,
  HmacForm,
  HmacSignature,
  NamedSignature,
  WebhookSignature,
} from './nest/webhook/webhook-signature.js';
export type { FailedOperation } from './engine/base/errors/failure-origin.js';
export type { ExecutionFailure, FailureHooks, StepFailure } from './engine/invocation/failure-hooks.js';
export { DurableLoggerService } from './nest/logging/durable-logger.service.js';
export { LambdaEvent } from './nest/events/lambda-event.decorator.js';
export type {
  LambdaEventMatcher,
  LambdaEventOptions,
  UnknownLambdaEvent,
} from './nest/events/lambda-event.decorator.js';
export { EventArguments } from './nest/events/event-arguments.js';
export { LambdaCtx, lambdaCallOf, LambdaPayload } from './nest/decorators/lambda-params.decorator.js';
export type { LambdaCall } from './nest/decorators/lambda-params.decorator.js';
export type { LambdaEventSource } from './nest/events/lambda-event-source.js';
export { CheckpointService } from './nest/checkpoint.service.js';
export { DurableRegistry } from './nest/discovery/durable.registry.js';
export type { ChosenHandler, HandlerChoice } from './nest/discovery/durable.registry.js';
export { DurableExceptionFilter } from './nest/pipeline/durable-exception.filter.js';
export { DurableInterceptor } from './nest/pipeline/durable.interceptor.js';
export { DurableArguments, isDurableContext, switchToDurable } from './nest/pipeline/durable-arguments.js';
export type { InvocationRoute } from './nest/pipeline/invocation-route.js';
export { RefusedAfterAdmissionError } from './nest/errors/refused-after-admission.js';
export { DurableConfigurationError } from './nest/errors/durable-configuration-error.js';
export { NotDurableException } from './nest/errors/not-durable.exception.js';
export { createLambdaHandler } from './nest/lambda/create-lambda-handler.js';
export type { LambdaHandler, LambdaHandlerOptions } from './nest/lambda/create-lambda-handler.js';
export type { ApplicationSettings } from './nest/lambda/boot-application.js';

export { createLeanDurableClient } from './client/lean/lean-durable-client.js';
export type { AwsCredentials, LeanClientOptions } from './client/lean/aws-settings.js';
export type { LambdaConnectionOptions } from './client/lambda-connection-options.js';
export type { LambdaClientLike } from './client/send-without-futile-repeats.js';
export type { ControlFailure } from './client/control-error.js';
export type { PreloadableClient } from './client/preloadable-client.js';
export { DurableControlClient } from './client/control-client.js';
export { DurableControlError } from './client/control-error.js';
export { ExecutionStatus } from './client/control-types.js';
export type {
  ExecutionDescription,
  ExecutionQuery,
  ExecutionSummary,
  FinishedExecution,
  HistoryEvent,
  HistoryEventDetails,
  HistoryQuery,
  PauseOptions,
  RecordedError,
  ResumeOptions,
  StartedExecution,
  StartExecutionRequest,
} from './client/control-types.js';

// What handlers and steps need from the engine, without loading it.
export { StepSemantics } from './engine/operations/step-config.js';
export type { RetryDecision, RetryStrategy, StepConfig, StepContext } from './engine/operations/step-config.js';
export type { Duration } from './engine/base/duration.js';
export { JitterStrategy } from './engine/base/retry/jitter.js';
export { createRetryStrategy } from './engine/base/retry/retry-strategy.js';
export type { RetryStrategyConfig } from './engine/base/retry/retry-strategy.js';
export { retryPresets } from './engine/base/retry/retry-presets.js';
export { ExecutionError } from './engine/base/errors/execution-error.js';
export type { ExecutionErrorOptions } from './engine/base/errors/execution-error.js';
export { InvocationError } from './engine/base/errors/invocation-error.js';
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
} from './engine/base/errors/operation-errors.js';
export { CheckpointErrorCategory, DurableApiErrorCategory } from './engine/base/errors/durable-api-error-category.js';
export { isDurableExecutionsError, isRetryableError } from './engine/base/errors/recognise.js';
export type { EngineConfig } from './engine/invocation/engine-config.js';
export type { ErrorRule } from './rules/error-rule.js';
export type { AnySerdes } from './engine/base/serdes/serdes.js';
export type { DurableExecutionClient } from './wire/durable-execution-client.js';
