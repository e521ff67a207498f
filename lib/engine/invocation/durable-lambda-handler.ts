import type { DurableExecutionInvocationInput } from '../../wire/envelope.js';
import type { ErrorObject } from '../../wire/operation.js';
import type { LambdaContext } from '../base/lambda-context.js';

/**
 * To TypeScript, enums of one name and with the same members are one type. So handlers fit wherever those of the official
 * SDK are expected, such as its local test runner; and a member is also the text that it stands for.
 */
// eslint-disable-next-line no-restricted-syntax -- declared only, so nothing of it is emitted
declare enum InvocationStatus {
  SUCCEEDED = 'SUCCEEDED',
  FAILED = 'FAILED',
  PENDING = 'PENDING',
}

/** What a durable function answers the service; usable as a `DurableExecutionInvocationOutput`. */
export type DurableLambdaOutput =
  | { Status: InvocationStatus.SUCCEEDED; Result?: string }
  /** Without `Error` at run time where the error was too large for an answer, and was saved by itself. */
  | { Status: InvocationStatus.FAILED; Error: ErrorObject }
  | { Status: InvocationStatus.PENDING };

/** A Lambda handler of a durable function, as {@link withDurableExecution} makes it. */
export type DurableLambdaHandler = (
  event: DurableExecutionInvocationInput,
  context: LambdaContext,
) => Promise<DurableLambdaOutput>;
