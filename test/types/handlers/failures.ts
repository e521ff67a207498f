import {
  BatchCompletionError,
  CallbackError,
  CallbackExternalError,
  CallbackSubmitterError,
  CallbackTimeoutError,
  ChildContextError,
  type DurableContext,
  DurableExecutionClientError,
  DurableExecutionClientErrorScope,
  DurableOperationError,
  type ErrorObject,
  InvokeError,
  isDurableExecutionClientError,
  PluginLoadError,
  PromiseCombinatorError,
  StepError,
  StepInterruptedError,
  WaitForConditionError,
} from '@aws/durable-execution-sdk-js';

/** Compensates by what has failed. */
export async function compensated(context: DurableContext): Promise<string> {
  try {
    return await context.step('charge', async () => 'charged');
  } catch (error) {
    if (error instanceof StepError) return `${error.errorType}: ${error.cause?.name} ${error.errorData ?? ''}`;
    if (error instanceof CallbackTimeoutError) return error.message;
    if (error instanceof CallbackError) return error.stackTrace?.join('\n') ?? '';
    if (error instanceof DurableOperationError) return JSON.stringify(error.toErrorObject());
    if (isDurableExecutionClientError(error)) return error.scope;
    throw error;
  }
}

class OutOfStock extends DurableOperationError {
  readonly errorType = 'OutOfStock';
}

export function mapped(context: DurableContext) {
  return context.runInChildContext('reserve', async () => 'reserved', {
    errorMapper: (original) => (original instanceof ChildContextError ? new OutOfStock(original.message) : original),
  });
}

const recorded: ErrorObject = { ErrorType: 'StepError', ErrorMessage: 'declined', ErrorData: '{}', StackTrace: [] };

export const errors: Error[] = [
  new StepError('declined', new TypeError('declined'), '{"code":51}'),
  new InvokeError(),
  new CallbackExternalError('refused'),
  new CallbackSubmitterError(),
  new ChildContextError('failed', new Error('inside')),
  new PromiseCombinatorError(),
  new WaitForConditionError('gave up'),
  new BatchCompletionError('CUSTOM_COMPLETION_FAILED', 'no quorum'),
  new StepInterruptedError('1', 'charge'),
  new PluginLoadError('no such plugin', { cause: new Error('ENOENT') }),
  new DurableExecutionClientError('gone', { scope: DurableExecutionClientErrorScope.EXECUTION, cause: 404 }),
  DurableOperationError.fromErrorObject(recorded),
];
