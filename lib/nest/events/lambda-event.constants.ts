/** What `ExecutionContext.getType()` answers while a `@LambdaEvent()` method is called. */
export const LAMBDA_CONTEXT_TYPE = 'lambda';

/** Metadata of `@LambdaEvent()`, on the method. */
export const LAMBDA_EVENT_METADATA = 'nestjs-durable-execution:lambda-event';
