import { asRecord } from '../../../wire/thrown.js';
import type { DurableApiError } from './durable-api-error.js';
import type { DurableExecutionsError } from '../../../wire/durable-executions-error.js';
import { brandOf } from '../../../wire/error-brand.js';
import type { ConfigValidationError } from './context-errors.js';
import type { ExecutionError } from './execution-error.js';
import type { InvocationError } from './invocation-error.js';
import type { UnrecoverableError } from './unrecoverable-error.js';

/** Whether an error is one of this package, from any copy. */
export function isDurableExecutionsError(error: unknown): error is DurableExecutionsError {
  return isOfClass(error, 'DurableExecutionsError');
}

/** Whether an error ends the invocation, whether or not the execution ends too. */
export function isUnrecoverableError(error: unknown): error is UnrecoverableError {
  return isOfClass(error, 'UnrecoverableError');
}

/**
 * Whether what a user function threw ends the invocation. A strategy that it makes with wrong settings does not: that
 * is a failure of the function, like any other.
 */
export function endsInvocation(thrown: unknown): boolean {
  return isUnrecoverableError(thrown) && !isConfigValidationError(thrown);
}

/** Whether an error describes a wrong configuration. */
export function isConfigValidationError(error: unknown): error is ConfigValidationError {
  return isOfClass(error, 'ConfigValidationError');
}

/** Whether an error states that the execution must fail. */
export function isExecutionError(error: unknown): error is ExecutionError {
  return isOfClass(error, 'ExecutionError');
}

/** Whether an error is an {@link InvocationError}; {@link isRetryableError} says whether it is retried. */
export function isInvocationError(error: unknown): error is InvocationError {
  return isOfClass(error, 'InvocationError');
}

/** Whether an error describes a failed call of the durable API. */
export function isDurableApiError(error: unknown): error is DurableApiError {
  return isOfClass(error, 'DurableApiError');
}

/** Whether an error describes a failed operation. Not a type guard: the module of that class depends on this one. */
export function isOperationError(error: unknown): boolean {
  return isOfClass(error, 'DurableOperationError');
}

/** Whether an error describes an interrupted attempt. */
export function isStepInterruptedError(error: unknown): boolean {
  return isOfClass(error, 'StepInterruptedError');
}

/** Whether an error must be thrown to Lambda, so that the service invokes again. */
export function isRetryableError(error: unknown): error is InvocationError {
  if (!isInvocationError(error)) return false;
  // Another copy's error may have crossed a boundary that drops methods; its facts are still there.
  const { isRetryable, category } = asRecord(error);
  return typeof isRetryable === 'function' ? error.isRetryable() : category !== 'EXECUTION';
}

function isOfClass(error: unknown, name: string): boolean {
  return brandOf(error).includes(name);
}
