import type { Command } from '../command.js';
import { resolveExecution } from '../execution-reference.js';
import { textOption } from '../option-values.js';
import { REASON_OPTION } from '../reason-option.js';

export const resume: Command = {
  summary: 'resume a paused execution',
  positionals: '<arn, name or id>',
  minPositionals: 1,
  maxPositionals: 1,
  options: REASON_OPTION,
  examples: ['nestjs-durable resume order-7'],
  run: async ({ positionals: [reference = ''], values, json, terminal, client }) => {
    const { DurableExecutionArn } = await resolveExecution(client, reference);
    await client.resume(DurableExecutionArn, { Reason: textOption(values, 'reason') });
    if (!json) return terminal.print(`resumed ${DurableExecutionArn}`);
    const { Status } = await client.execution(DurableExecutionArn);
    terminal.print(JSON.stringify({ DurableExecutionArn, Status }));
  },
};
