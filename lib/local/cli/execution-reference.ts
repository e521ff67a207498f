import { executionIdOf } from '../../wire/durable-execution-arn.js';
import { CliError } from './cli-error.js';
import { ServiceRefusal } from './service-client.js';
import type { ExecutionView, ServiceClient } from './service-client.js';

/**
 * Finds an execution by its ARN, its name, its id, or the beginning of one of them.
 *
 * @throws {CliError} when there is none, or more than one
 */
export async function resolveExecution(client: ServiceClient, reference: string): Promise<ExecutionView> {
  if (reference.startsWith('arn:')) return byArn(client, repaired(reference));
  const matches: ExecutionView[] = [];
  for (const { name } of (await client.functions()).filter(({ durable }) => durable)) {
    for await (const execution of client.executions(name)) {
      if (isExactly(execution, reference)) return byArn(client, execution.DurableExecutionArn);
      if (beginsWith(execution, reference)) matches.push(execution);
    }
  }
  const [only] = matches;
  if (only === undefined) throw unknown(reference);
  if (matches.length > 1) throw new CliError(`${matches.length} executions begin with ${reference}; write more of it.`);
  return byArn(client, only.DurableExecutionArn);
}

async function byArn(client: ServiceClient, arn: string): Promise<ExecutionView> {
  try {
    return await client.execution(arn);
  } catch (error) {
    throw error instanceof ServiceRefusal && error.code === 'ResourceNotFoundException' ? unknown(arn) : error;
  }
}

/** A shell takes the `$LATEST` of an unquoted ARN for a variable, and removes it. */
function repaired(arn: string): string {
  return arn.replace(/(:function:[\w-]+):\//, '$1:$$LATEST/');
}

function isExactly({ DurableExecutionName, DurableExecutionArn }: ExecutionView, reference: string): boolean {
  return DurableExecutionName === reference || DurableExecutionArn.endsWith(`/${reference}`);
}

function beginsWith({ DurableExecutionName, DurableExecutionArn }: ExecutionView, reference: string): boolean {
  return [DurableExecutionName, executionIdOf(DurableExecutionArn)].some((text) => text.startsWith(reference));
}

function unknown(reference: string): CliError {
  return new CliError(`There is no execution ${reference}; "nestjs-durable list" shows the existing ones.`);
}
