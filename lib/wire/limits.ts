/** Limits of the service, each with its unit (docs/protocol.md#shapes-and-sizes has the sources). */

const KIB = 1024;

/** Bytes of one STEP or CONTEXT payload: observed, where the API page says 1 MB. */
export const OPERATION_PAYLOAD_BYTES = 256 * KIB;

/** Bytes of a chained invoke's input and of an asynchronous execution's result. */
export const INVOKE_PAYLOAD_BYTES = 1024 * KIB;

/** Bytes of a synchronous execution's result. */
export const EXECUTION_PAYLOAD_BYTES = 6 * KIB * KIB;

/** Bytes of a serialized error object. */
export const ERROR_OBJECT_BYTES = 256 * KIB;

/** Bytes of the response of an invocation: Lambda's 6 MiB, minus room for the envelope. */
export const RESPONSE_BYTES = EXECUTION_PAYLOAD_BYTES - 50;

/** Updates in one checkpoint, as the official SDKs send them. */
export const CHECKPOINT_UPDATES = 250;

/** Bytes of one checkpoint's updates, as written into the request body. */
export const CHECKPOINT_BYTES = 750 * KIB;

/** Operations in one page of state, the highest number allowed. */
export const STATE_PAGE_ITEMS = 1000;

/** Seconds of a wait, of a retry delay and of an execution: 366 days. */
export const MAX_DELAY_SECONDS = 31_622_400;

/** Characters of an operation name, printable ASCII. */
export const OPERATION_NAME_CHARACTERS = 256;
