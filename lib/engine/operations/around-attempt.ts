import type { OperationScope } from '../scope.js';
import type { StepContext } from './step-config.js';

/** An attempt as whoever runs bodies in place of the engine tells it from others. */
interface Attempt {
  number: number;
  isAtMostOnce: boolean;
}

/** The body of an attempt, run by what the settings name for that, as in tests; otherwise as it is. */
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
