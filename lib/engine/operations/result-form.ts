import {
  type ErrorObject,
  isTerminalStatus,
  type Operation,
  type OperationStatus,
  resultOf,
} from '../../wire/operation.js';
import { type FailedOperation, rememberOrigin } from '../base/errors/failure-origin.js';
import { stepErrorOf } from '../base/errors/rebuild-as.js';
import type { End, Next, OperationScope } from '../scope.js';
import type { Encoded } from '../base/serdes/conversion.js';
import type { AnySerdes } from '../base/serdes/serdes.js';
import { decodeFor, encodeFor } from './asked-functions.js';
import { awaitService, end } from './next.js';

/** How the result of an operation is converted to its record and back. */
export interface ResultForm {
  encode(value: unknown, operation: OperationScope): Encoded | Promise<Encoded>;
  decode(text: string | undefined, operation: OperationScope): unknown;
  /** @param status - the final status of the operation */
  errorOf(recorded: ErrorObject, status: OperationStatus, operation: OperationScope): Error;
  /** Whether any of this is user code. */
  runsUserCode(operation: OperationScope): boolean;
}

/** By a serdes; without one, by the default at the call. */
export function formOf(serdes: AnySerdes | undefined): ResultForm {
  if (!serdes) return formByDefault;
  return {
    encode: (value, operation) => encodeFor(operation, value, serdes),
    decode: (text, operation) => decodeFor(operation, text, serdes),
    errorOf: stepErrorOf,
    runsUserCode: () => true,
  };
}

const formByDefault: ResultForm = {
  encode: (value, operation) => encodeFor(operation, value, operation.defaultSerdes),
  decode: (text, operation) => decodeFor(operation, text, operation.defaultSerdes),
  errorOf: stepErrorOf,
  runsUserCode: ({ defaultSerdes }) => defaultSerdes !== undefined,
};

/** The completion in a record. */
export function recordedEnd<T>(form: ResultForm, operation: OperationScope, record: Operation): Next<T> {
  const { Result, Error: recorded } = resultOf(record);
  if (record.Status === 'SUCCEEDED') return end(valueOf<T>(form, operation, Result));
  return end(failureOf<T>(form, operation, { recorded, status: record.Status }));
}

/** The completion in the record of an operation that the service completes, or a wait for it. */
export function recordedOrAwaited<T>(form: ResultForm, operation: OperationScope, record: Operation): Next<T> {
  return isTerminalStatus(record.Status) ? recordedEnd(form, operation, record) : awaitService(record.Status);
}

/** Returns a value from the recorded text, on the first run too: every run returns the same. */
export function valueOf<T>(form: ResultForm, operation: OperationScope, text: string | undefined): End<T> {
  return () => form.decode(text, operation) as T | Promise<T>;
}

/** The failure of an operation. */
export interface RecordedFailure {
  recorded: ErrorObject | undefined;
  /** The final status. */
  status: OperationStatus;
  /** What user code threw, if it did so in this invocation. */
  thrown?: unknown;
}

/** Throws the error that is rebuilt from its record, on the first run too. */
export function failureOf<T>(form: ResultForm, operation: OperationScope, failure: RecordedFailure): End<T> {
  return () => {
    const { recorded = {}, status, thrown } = failure;
    const error = form.errorOf(recorded, status, operation);
    rememberOrigin(error, { operation: asFailed(operation), thrown });
    throw error;
  };
}

/** The operation in the form that failure hooks receive. */
export function asFailed({ id, name, subType }: OperationScope): FailedOperation {
  return { id: id.wire, ...(name !== undefined && { name }), subType };
}
