import type { OperationScope } from '../scope.js';
import type { StepContext } from './step-config.js';

/** An attempt, for code that runs bodies instead of the engine. */
interface Attempt {
  number: number;
  isAtMostOnce: boolean;
}

type Body<R> = (context: StepContext) => Promise<R>;

/** The body of an attempt, run by the function in the settings, as in tests; otherwise directly. */
export function aroundAttempt<R>(operation: OperationScope, attempt: Attempt, body: Body<R>): Body<R> {
  return operation.context.invocation.config.aroundAttempt ? bodyAround(operation, attempt, body) : body;
}

function bodyAround<R>(operation: OperationScope, { number, isAtMostOnce }: Attempt, body: Body<R>): Body<R> {
  const { arn, config } = operation.context.invocation;
  const { id, name, subType } = operation;
  const subject = { executionArn: arn, operationId: id.wire, name, subType, attempt: number, isAtMostOnce };
  return (context) => config.aroundAttempt!(subject, async () => body(context)) as Promise<R>;
}
