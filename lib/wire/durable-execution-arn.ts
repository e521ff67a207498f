const ARN =
  /^arn:([a-zA-Z0-9-]+):lambda:([a-zA-Z0-9-]+):(\d{12}):function:([a-zA-Z0-9_-]+):(\$LATEST(?:\.PUBLISHED)?|[0-9]+)\/durable-execution\/([a-zA-Z0-9_-]+)\/([a-zA-Z0-9_-]+)$/;

/** The parts of a durable execution ARN (docs/protocol.md#shapes-and-sizes). */
export interface DurableExecutionArnParts {
  partition: string;
  region: string;
  accountId: string;
  functionName: string;
  /** A version or `$LATEST`, never an alias. */
  qualifier: string;
  executionName: string;
  /** The execution's own id, equal to the id of its EXECUTION operation. */
  executionId: string;
}

/** Parses an execution ARN; `undefined` for anything else (local runners pass a bare UUID). */
export function parseDurableExecutionArn(arn: string): DurableExecutionArnParts | undefined {
  const match = ARN.exec(arn);
  if (!match) return undefined;
  const [, partition, region, accountId, functionName, qualifier, executionName, executionId] = match as string[];
  return {
    partition,
    region,
    accountId,
    functionName,
    qualifier,
    executionName,
    executionId,
  } as DurableExecutionArnParts;
}

/** The execution's own id: the text after the last `/`. */
export function executionIdOf(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1);
}
