import { asRecord, messageOf } from '../../../wire/thrown.js';
import { toErrorObject } from './error-object.js';
import { readKept } from './kept-text.js';
import { type DurableOperationError, rebuildOperationError } from './operation-errors.js';

/** An error within the result of a batch: unlike an error object of the service it keeps its chain of causes. */
interface RecordedFailure {
  ErrorType?: string;
  ErrorMessage?: string;
  ErrorData?: string;
  StackTrace?: string[];
  Cause?: RecordedFailure;
}

/** An error with its causes, in the form in which the official SDK writes it into a batch. */
export function toRecordedFailure(error: Error): RecordedFailure {
  const { errorData, stackTrace, cause } = asRecord(error);
  const { ErrorType, ErrorMessage } = toErrorObject(error);
  return {
    ErrorType,
    ErrorMessage,
    ...(typeof errorData === 'string' && { ErrorData: errorData }),
    ...(Array.isArray(stackTrace) && { StackTrace: stackTrace as string[] }),
    ...(cause instanceof Error && { Cause: toRecordedFailure(cause) }),
  };
}

/** Rebuilds the error; one that is not of our classes becomes a plain error with the recorded name. */
export function fromRecordedFailure(recorded: unknown): Error {
  const { ErrorType, ErrorMessage = messageOf(recorded), ErrorData, StackTrace, Cause } = recorded as RecordedFailure;
  const ours = rebuildOperationError({ ErrorType, ErrorMessage, ErrorData, StackTrace }, true);
  const error = ours.errorType === ErrorType ? ours : (ours.cause as Error);
  if (Cause && !isKeptCause(ours, Cause)) error.cause = fromRecordedFailure(Cause);
  return error;
}

/** The recorded form of a cause says more than the record in the batch. */
function isKeptCause({ errorData }: DurableOperationError, { ErrorType }: RecordedFailure): boolean {
  const kept = readKept(errorData);
  // An error of a registered class is recorded under the name of that class, which may differ from its own.
  return kept !== undefined && (kept.class ?? kept.name) === ErrorType;
}
