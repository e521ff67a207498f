import type { DurableExecutionInvocationInput } from '../../wire/envelope.js';
import type { ErrorObject } from '../../wire/operation.js';
import type { LambdaContext } from '../base/lambda-context.js';

/**
 * For TypeScript, enums with the same name and members are one type. So handlers are compatible with those of the
 * official SDK, for example in its local test runner; and a member is also its text.
 */
// eslint-disable-next-line no-restricted-syntax -- declared only, so nothing of it is emitted
declare enum InvocationStatus {
  SUCCEEDED = 'SUCCEEDED',
  FAILED = 'FAILED',
  PENDING = 'PENDING',
}

/** What a durable function returns to the service; usable as a `DurableExecutionInvocationOutput`. */
export type DurableLambdaOutput =
  | { Status: InvocationStatus.SUCCEEDED; Result?: string }
  /** Without `Error` at run time if the error was too large for a response, and was saved separately. */
  | { Status: InvocationStatus.FAILED; Error: ErrorObject }
  | { Status: InvocationStatus.PENDING };

/** A Lambda handler of a durable function, as {@link withDurableExecution} creates it. */
export type DurableLambdaHandler = (
  event: DurableExecutionInvocationInput,
  context: LambdaContext,
) => Promise<DurableLambdaOutput>;
