import { executionIdOf } from '../../wire/durable-execution-arn.js';
import { CliError } from './cli-error.js';
import { executionLabel } from './execution-label.js';
import { ServiceRefusal } from './service-client.js';
import type { ExecutionView, ServiceClient } from './service-client.js';

/**
 * Finds an execution by its ARN, its name, its id, or the beginning of one of them.
 *
 * @throws {CliError} when there is none, or more than one
 */
export async function resolveExecution(client: ServiceClient, reference: string): Promise<ExecutionView> {
  if (reference.startsWith('arn:')) return byArn(client, repaired(reference));
  const exact: ExecutionView[] = [];
  const begun: ExecutionView[] = [];
  for (const { name } of (await client.functions()).filter(({ durable }) => durable)) {
    for await (const execution of client.executions(name)) {
      if (beginsWith(execution, reference)) begun.push(execution);
      if (!isExactly(execution, reference)) continue;
      exact.push(execution);
      break; // The executions of a function have different names.
    }
  }
  const [only, ...others] = exact.length > 0 ? exact : begun;
  if (only === undefined) throw unknown(reference);
  if (others.length === 0) return byArn(client, only.DurableExecutionArn);
  throw exact.length > 0 ? namedTwice(reference, exact) : tooShort(reference, begun.length);
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

function tooShort(reference: string, count: number): CliError {
  return new CliError(`${count} executions begin with ${reference}; write more of it.`);
}

/** Executions of two functions may have the same name. */
function namedTwice(reference: string, executions: readonly ExecutionView[]): CliError {
  const ids = executions.map(({ DurableExecutionArn: arn }) => `${executionIdOf(arn)} (${executionLabel(arn)})`);
  return new CliError(`${ids.length} executions are named ${reference}; give one by its id: ${ids.join(', ')}.`);
}
