import type { ErrorObject, OperationUpdate } from '../../wire/operation.js';
import { OperationAction, OperationType } from '../../wire/operation.js';
import type { Draft } from './draft.js';
import type { LocalLimits } from './limits.js';
import { invalidParameter } from './service-error.js';

/** Checks the payload of an update against its action and the limits, and counts it as written. */
export function accountPayload(draft: Draft, update: OperationUpdate): void {
  const { limits } = draft.env;
  validateCarried(update);
  const payloadBytes = update.Payload === undefined ? 0 : Buffer.byteLength(update.Payload);
  validatePayloadSize(update, payloadBytes, limits);
  draft.progress.storedBytes += payloadBytes + assertErrorSize(update.Error, limits);
  if (draft.progress.storedBytes > limits.storedBytesPerExecution) {
    throw invalidParameter(
      `Durable execution storage must be less than or equal to ${limits.storedBytesPerExecution} bytes.`,
    );
  }
}

function validateCarried({ Type, Action, Payload, Error, StepOptions }: OperationUpdate): void {
  if (Action === OperationAction.SUCCEED && Error !== undefined) {
    throw invalidParameter('Cannot provide an Error for SUCCEED action.');
  }
  if (Action === OperationAction.FAIL && Payload !== undefined) {
    throw invalidParameter('Cannot provide a Payload for FAIL action.');
  }
  const isStepRetry = Type === OperationType.STEP && Action === OperationAction.RETRY;
  if (StepOptions !== undefined && !isStepRetry) throw invalidParameter('Invalid StepOptions for the given action.');
}

function validatePayloadSize({ Type }: OperationUpdate, bytes: number, limits: LocalLimits): void {
  if (Type === OperationType.CHAINED_INVOKE) {
    assertSize(`${Type} input`, bytes, limits.chainedPayloadBytes);
  } else if (Type !== OperationType.EXECUTION) {
    assertSize(`${Type} output`, bytes, limits.operationPayloadBytes);
  }
}

function assertSize(what: string, bytes: number, limit: number): void {
  if (bytes > limit) throw invalidParameter(`${what} payload size must be less than or equal to ${limit} bytes.`);
}

/** @returns the bytes of the serialized error */
export function assertErrorSize(error: ErrorObject | undefined, limits: LocalLimits): number {
  if (error === undefined) return 0;
  const bytes = Buffer.byteLength(JSON.stringify(error));
  if (bytes > limits.errorObjectBytes) {
    throw invalidParameter(`Error object size must be less than or equal to ${limits.errorObjectBytes} bytes.`);
  }
  return bytes;
}
