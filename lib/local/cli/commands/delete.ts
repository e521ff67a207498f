import type { Command } from '../command.js';
import { resolveExecution } from '../execution-reference.js';

export const deleteExecution: Command = {
  summary: 'delete an execution that has ended, with its history',
  positionals: '<arn, name or id>',
  minPositionals: 1,
  maxPositionals: 1,
  options: {},
  examples: ['nestjs-durable delete order-7'],
  run: async ({ positionals: [reference = ''], json, terminal, client }) => {
    const { DurableExecutionArn } = await resolveExecution(client, reference);
    const requested = await client.delete(DurableExecutionArn);
    terminal.print(json ? JSON.stringify({ DurableExecutionArn, ...requested }) : `deleted ${DurableExecutionArn}`);
  },
};
