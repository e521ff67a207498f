import type { Command } from '../command.js';
import { resolveExecution } from '../execution-reference.js';
import { flagOption, textOption } from '../option-values.js';
import { REASON_OPTION } from '../reason-option.js';

export const pause: Command = {
  summary: 'pause an execution: none of its code runs until it is resumed',
  positionals: '<arn, name or id>',
  minPositionals: 1,
  maxPositionals: 1,
  options: {
    ...REASON_OPTION,
    'stop-timeout': {
      type: 'boolean',
      description: "stop the execution's own timeout too, for as long as the pause lasts",
    },
  },
  examples: ['nestjs-durable pause order-7 --reason "database is down"'],
  run: async ({ positionals: [reference = ''], values, json, terminal, client }) => {
    const { DurableExecutionArn } = await resolveExecution(client, reference);
    await client.pause(DurableExecutionArn, {
      Reason: textOption(values, 'reason'),
      ExecutionTimeoutPaused: flagOption(values, 'stop-timeout'),
    });
    const { Status } = await client.execution(DurableExecutionArn);
    if (json) return terminal.print(JSON.stringify({ DurableExecutionArn, Status }));
    terminal.print(
      Status === 'PAUSING'
        ? `pausing ${DurableExecutionArn}: its code is running, until its next checkpoint`
        : `paused ${DurableExecutionArn}`,
    );
  },
};
