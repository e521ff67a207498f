import { parseDurableExecutionArn } from '../../wire/durable-execution-arn.js';

/** A short label of an execution: its function and its name. */
export function executionLabel(arn: string): string {
  const parts = parseDurableExecutionArn(arn);
  return parts ? `${parts.functionName} ${parts.executionName}` : arn;
}
