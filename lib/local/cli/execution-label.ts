import { parseDurableExecutionArn } from '../../wire/durable-execution-arn.js';

/** An execution in as few words as identify it: its function and its name. */
export function executionLabel(arn: string): string {
  const parts = parseDurableExecutionArn(arn);
  return parts ? `${parts.functionName} ${parts.executionName}` : arn;
}
