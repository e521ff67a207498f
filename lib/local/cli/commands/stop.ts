import { isEnd } from '../../../wire/execution-end.js';
import type { Command } from '../command.js';
import { ERROR_OPTIONS, errorObjectOf } from '../error-options.js';
import { resolveExecution } from '../execution-reference.js';
import { askToStop } from '../ask-to-stop.js';
import { usageError } from '../cli-error.js';
import { flagOption, positiveOption } from '../option-values.js';
import { formatDateTime } from '../wall-time.js';

export const stop: Command = {
  summary: 'stop an execution',
  positionals: '<arn, name or id>',
  minPositionals: 1,
  maxPositionals: 1,
  options: {
    ...ERROR_OPTIONS,
    compensate: { type: 'boolean', description: 'ask it to undo what it has done, and to end by itself' },
    'grace-seconds': {
      type: 'string',
      value: 'SECONDS',
      description: 'with --compensate: seconds until it is stopped anyway (60)',
    },
  },
  examples: [
    'nestjs-durable stop order-7 --error-message "no longer wanted"',
    'nestjs-durable stop order-7 --compensate --grace-seconds 300',
  ],
  run: async ({ positionals: [reference = ''], values, json, terminal, client }) => {
    const graceSeconds = positiveOption(values, 'grace-seconds');
    const isAsked = flagOption(values, 'compensate') ?? false;
    if (graceSeconds !== undefined && !isAsked)
      throw usageError('--grace-seconds has no meaning without --compensate.');
    const { DurableExecutionArn, Status } = await resolveExecution(client, reference);
    if (isAsked && !isEnd(Status)) {
      await askToStop(client, DurableExecutionArn, { error: errorObjectOf(values), graceSeconds });
      const { Status: now, EndTimestamp: at, Error: error } = await client.execution(DurableExecutionArn);
      if (isEnd(now)) {
        if (json) return terminal.print(JSON.stringify({ Status: now, EndTimestamp: at, Error: error }));
        return terminal.print(`It has ended by itself, ${now}${error?.ErrorMessage ? `: ${error.ErrorMessage}` : ''}`);
      }
    }
    const stopped = await client.stop(DurableExecutionArn, errorObjectOf(values));
    if (json) return terminal.print(JSON.stringify(stopped));
    const when = formatDateTime(stopped.StopTimestamp * 1000);
    terminal.print(isEnd(Status) ? `It had ended already, ${Status} at ${when}.` : `stopped ${DurableExecutionArn}`);
  },
};
