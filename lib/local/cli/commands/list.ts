import { usageError } from '../cli-error.js';
import type { Command, CommandContext } from '../command.js';
import { formatDuration } from '../duration.js';
import { integerOption, textOption } from '../option-values.js';
import type { ExecutionView, ServiceClient } from '../service-client.js';
import type { Style } from '../terminal-style.js';
import { failureAbout } from '../unknown-function.js';
import { formatDateTime } from '../wall-time.js';
import { executionLabel } from '../execution-label.js';

const STATUS_STYLES: Readonly<Record<string, Style>> = {
  RUNNING: 'cyan',
  PAUSING: 'yellow',
  PAUSED: 'yellow',
  SUCCEEDED: 'green',
  FAILED: 'red',
  TIMED_OUT: 'red',
  STOPPED: 'yellow',
  DELETING: 'dim',
};

const HEADING = ['status'.padEnd(9), 'started'.padEnd(19), 'took'.padStart(12), 'function and name'].join('  ');

export const list: Command = {
  summary: 'list executions, newest first',
  positionals: '[function]',
  minPositionals: 0,
  maxPositionals: 1,
  options: {
    status: { type: 'string', value: 'STATUS', description: `only ${Object.keys(STATUS_STYLES).join(', ')}` },
    limit: { type: 'string', value: 'N', description: 'how many to show (20)' },
  },
  examples: ['nestjs-durable list', 'nestjs-durable list order --status failed --limit 5'],
  run,
};

async function run({ positionals: [functionName], values, json, terminal, client }: CommandContext): Promise<void> {
  const status = textOption(values, 'status')?.toUpperCase();
  if (status !== undefined && !Object.hasOwn(STATUS_STYLES, status)) {
    throw usageError(
      `--status must be one of ${Object.keys(STATUS_STYLES).join(', ')}, not ${JSON.stringify(status)}.`,
    );
  }
  const limit = integerOption(values, 'limit', { min: 1, max: 100_000 }) ?? 20;
  const names = functionName === undefined ? await durableNames(client) : [functionName];
  const found = await Promise.all(names.map((name) => executionsOf(name, { client, status, limit })));
  const executions = found
    .flat()
    .sort((left, right) => right.StartTimestamp - left.StartTimestamp)
    .slice(0, limit);
  if (json) return terminal.print(JSON.stringify(executions));
  if (executions.length === 0) return terminal.complain('There are no such executions.');
  terminal.print(terminal.paint('dim', HEADING));
  for (const execution of executions) terminal.print(lineOf(execution, terminal));
}

async function durableNames(client: ServiceClient): Promise<string[]> {
  return (await client.functions()).filter(({ durable }) => durable).map(({ name }) => name);
}

async function executionsOf(
  name: string,
  { client, status, limit }: { client: ServiceClient; status: string | undefined; limit: number },
): Promise<ExecutionView[]> {
  try {
    return await take(client.executions(name, { Statuses: status }), limit);
  } catch (error) {
    throw await failureAbout(name, client, error);
  }
}

async function take<T>(items: AsyncIterable<T>, limit: number): Promise<T[]> {
  const taken: T[] = [];
  for await (const item of items) {
    taken.push(item);
    if (taken.length === limit) break;
  }
  return taken;
}

function lineOf(execution: ExecutionView, { paint }: CommandContext['terminal']): string {
  const { Status, StartTimestamp, EndTimestamp } = execution;
  const took = EndTimestamp === undefined ? '' : formatDuration((EndTimestamp - StartTimestamp) * 1000);
  return [
    paint(STATUS_STYLES[Status] ?? 'dim', Status.padEnd(9)),
    formatDateTime(StartTimestamp * 1000),
    took.padStart(12),
    executionLabel(execution.DurableExecutionArn),
  ].join('  ');
}
