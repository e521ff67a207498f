import type { OperationScope } from '../scope.js';
import type { StepContext } from './step-config.js';

/** An attempt, for code that runs bodies instead of the engine. */
interface Attempt {
  number: number;
  isAtMostOnce: boolean;
}

/** The body of an attempt, run by the function in the settings, as in tests; otherwise directly. */
export function aroundAttempt<R>(
  operation: OperationScope,
  { number, isAtMostOnce }: Attempt,
  body: (context: StepContext) => Promise<R>,
): (context: StepContext) => Promise<R> {
  const { invocation } = operation.context;
  const around = invocation.aroundAttempt;
  if (!around) return body;
  const { id, name, subType } = operation;
  const subject = { executionArn: invocation.arn, operationId: id.wire, name, subType, attempt: number, isAtMostOnce };
  return (context) => around(subject, async () => body(context)) as Promise<R>;
}
