import { setTimeout as delay } from 'node:timers/promises';
import { CliError } from '../cli-error.js';
import type { Command, CommandContext } from '../command.js';
import { errorText } from '../error-text.js';
import { flagOption, jsonOption, textOption } from '../option-values.js';
import { ServiceRefusal } from '../service-client.js';
import type { ExecutionView, ServiceClient, Started } from '../service-client.js';

const POLL_MS = 200;

export const start: Command = {
  summary: 'start an execution',
  positionals: '<function>',
  minPositionals: 1,
  maxPositionals: 1,
  options: {
    input: { type: 'string', value: 'JSON', description: 'its input, or @FILE' },
    name: { type: 'string', value: 'NAME', description: 'its name; the same name and input mean the same execution' },
    wait: { type: 'boolean', description: 'wait for its end and print the result' },
  },
  run,
};

async function run({
  positionals: [functionName = ''],
  values,
  json,
  terminal,
  client,
}: CommandContext): Promise<void> {
  const payload = jsonOption(values, 'input');
  const started = await begin(client, functionName, { payload, executionName: textOption(values, 'name') });
  const { durableExecutionArn } = started;
  if (durableExecutionArn === undefined) {
    return terminal.print(json ? '{}' : `${functionName} is not durable; it runs in the background.`);
  }
  if (!flagOption(values, 'wait')) {
    return terminal.print(json ? JSON.stringify({ DurableExecutionArn: durableExecutionArn }) : durableExecutionArn);
  }
  const ended = await end(client, durableExecutionArn, terminal.interrupted);
  terminal.print(json ? JSON.stringify(ended) : (ended.Result ?? ''));
  if (ended.Status === 'SUCCEEDED') return;
  throw new CliError(`The execution ended ${ended.Status}: ${errorText(ended.Error ?? {})}`);
}

async function begin(
  client: ServiceClient,
  functionName: string,
  options: { payload?: string; executionName?: string },
): Promise<Started> {
  try {
    return await client.start(functionName, options);
  } catch (error) {
    if (!(error instanceof ServiceRefusal) || error.code !== 'ResourceNotFoundException') throw error;
    const names = (await client.functions()).map(({ name }) => name).join(', ');
    throw new CliError(`There is no function ${functionName}; there ${names === '' ? 'are none' : `is ${names}`}.`);
  }
}

/** The service tells nobody when an execution ends, so ask. */
async function end(client: ServiceClient, arn: string, signal: AbortSignal): Promise<ExecutionView> {
  for (;;) {
    const execution = await client.execution(arn);
    if (execution.Status !== 'RUNNING') return execution;
    await delay(POLL_MS, undefined, { signal }).catch(() => {
      throw new CliError(`Stopped waiting; the execution goes on: ${arn}`);
    });
  }
}
