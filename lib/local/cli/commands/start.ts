import { storedStart } from '../../../wire/named-start.js';
import { CliError } from '../cli-error.js';
import type { Command, CommandContext } from '../command.js';
import { errorText } from '../error-text.js';
import { flagOption, jsonOption, textOption } from '../option-values.js';
import { failureAbout } from '../unknown-function.js';
import { waitForEnd } from '../wait-for-end.js';

export const start: Command = {
  summary: 'start an execution',
  positionals: '<function>',
  minPositionals: 1,
  maxPositionals: 1,
  options: {
    input: { type: 'string', value: 'JSON', description: 'its input, or @FILE' },
    handler: { type: 'string', value: 'NAME', description: 'the @Durable() method that runs it' },
    name: { type: 'string', value: 'NAME', description: 'its name; the same name and input mean the same execution' },
    wait: {
      type: 'boolean',
      description: 'wait for its end and print the result, and failed invocations as they happen',
    },
  },
  examples: [
    'nestjs-durable start order --input @order.json',
    `nestjs-durable start order --name order-7 --input '{"id":7}' --wait`,
  ],
  run,
};

async function run({
  positionals: [functionName = ''],
  values,
  json,
  terminal,
  client,
}: CommandContext): Promise<void> {
  const request = { payload: payloadOf(values), executionName: textOption(values, 'name') };
  const { durableExecutionArn } = await client.start(functionName, request).catch(async (error: unknown) => {
    throw await failureAbout(functionName, client, error);
  });
  if (durableExecutionArn === undefined) {
    return terminal.print(json ? '{}' : `${functionName} is not durable; it runs in the background.`);
  }
  if (!flagOption(values, 'wait')) {
    return terminal.print(json ? JSON.stringify({ DurableExecutionArn: durableExecutionArn }) : durableExecutionArn);
  }
  const ended = await waitForEnd(client, durableExecutionArn, terminal);
  terminal.print(json ? JSON.stringify(ended) : (ended.Result ?? ''));
  if (ended.Status === 'SUCCEEDED') return;
  throw new CliError(`The execution ended ${ended.Status}: ${errorText(ended.Error ?? {})}`);
}

/** A handler's name travels with the input, as `DurableClient` sends it. */
function payloadOf(values: CommandContext['values']): string | undefined {
  const input = jsonOption(values, 'input');
  const handler = textOption(values, 'handler');
  if (handler === undefined) return input;
  return JSON.stringify(storedStart(handler, input === undefined ? undefined : JSON.parse(input)));
}
