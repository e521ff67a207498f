import {
  ERROR_OBJECT_BYTES,
  EXECUTION_PAYLOAD_BYTES,
  INVOKE_PAYLOAD_BYTES,
  OPERATION_PAYLOAD_BYTES,
} from '../../wire/limits.js';

/** The limits of the service, each of which may be set (docs/protocol.md#shapes-and-sizes, #quotas). */
export interface LocalLimits {
  /** Bytes of a STEP's or CONTEXT's payload. @defaultValue 262144 */
  operationPayloadBytes: number;
  /** Bytes of a callback's result. @defaultValue 262144 */
  callbackPayloadBytes: number;
  /** Bytes of a serialized error object. @defaultValue 262144 */
  errorObjectBytes: number;
  /** Bytes of a chained invoke's input and output. @defaultValue 1048576 */
  chainedPayloadBytes: number;
  /** Bytes of input and result of an execution started synchronously. @defaultValue 6291456 */
  syncPayloadBytes: number;
  /** Bytes of input and result of an execution started asynchronously. @defaultValue 1048576 */
  asyncPayloadBytes: number;
  /** Bytes of the body of a checkpoint or another JSON request. @defaultValue 6291456 */
  requestBytes: number;
  /** Operations of one execution. @defaultValue 3000 */
  operationsPerExecution: number;
  /** Bytes of payload that one execution may write in its life. @defaultValue 104857600 */
  storedBytesPerExecution: number;
  /** The most seconds that a synchronously started execution may take. @defaultValue 900 */
  syncExecutionSeconds: number;
  /** Operations in the first page, inside the invocation event. @defaultValue 100 */
  initialStateItems: number;
  /** Bytes (roughly) of one page of operations, in an event or a response. @defaultValue 5242880 */
  pageBytes: number;
  /** Operations in one checkpoint response; the rest follows with `NextMarker`. @defaultValue 1000 */
  checkpointAnswerItems: number;
  /** Closed executions that are kept without a data directory; the oldest are dropped first. @defaultValue 20000 */
  closedExecutionsInMemory: number;
}

const MIB = 1024 * 1024;

export const DEFAULT_LIMITS: Readonly<LocalLimits> = {
  operationPayloadBytes: OPERATION_PAYLOAD_BYTES,
  callbackPayloadBytes: OPERATION_PAYLOAD_BYTES,
  errorObjectBytes: ERROR_OBJECT_BYTES,
  chainedPayloadBytes: INVOKE_PAYLOAD_BYTES,
  syncPayloadBytes: EXECUTION_PAYLOAD_BYTES,
  asyncPayloadBytes: INVOKE_PAYLOAD_BYTES,
  requestBytes: 6 * MIB,
  operationsPerExecution: 3000,
  storedBytesPerExecution: 100 * MIB,
  syncExecutionSeconds: 900,
  initialStateItems: 100,
  pageBytes: 5 * MIB,
  checkpointAnswerItems: 1000,
  closedExecutionsInMemory: 20_000,
};
