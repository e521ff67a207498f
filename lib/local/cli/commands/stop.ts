import { isEnd } from '../../../wire/execution-end.js';
import type { Command } from '../command.js';
import { ERROR_OPTIONS, errorObjectOf } from '../error-options.js';
import { resolveExecution } from '../execution-reference.js';
import { formatDateTime } from '../wall-time.js';

export const stop: Command = {
  summary: 'stop an execution',
  positionals: '<arn, name or id>',
  minPositionals: 1,
  maxPositionals: 1,
  options: ERROR_OPTIONS,
  examples: ['nestjs-durable stop order-7 --error-message "no longer wanted"'],
  run: async ({ positionals: [reference = ''], values, json, terminal, client }) => {
    const { DurableExecutionArn, Status } = await resolveExecution(client, reference);
    const stopped = await client.stop(DurableExecutionArn, errorObjectOf(values));
    if (json) return terminal.print(JSON.stringify(stopped));
    const when = formatDateTime(stopped.StopTimestamp * 1000);
    terminal.print(isEnd(Status) ? `It had ended already, ${Status} at ${when}.` : `stopped ${DurableExecutionArn}`);
  },
};
