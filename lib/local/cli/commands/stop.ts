import { isEnd } from '../../../wire/execution-end.js';
import type { Command } from '../command.js';
import { ERROR_OPTIONS, errorObjectOf } from '../error-options.js';
import { resolveExecution } from '../execution-reference.js';
import type { ExecutionView } from '../service-client.js';
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
    const error = errorObjectOf(values);
    if (isAsked && !isEnd(Status)) {
      await askToStop(client, DurableExecutionArn, { error, graceSeconds });
      const execution = await client.execution(DurableExecutionArn);
      if (isEnd(execution.Status)) return terminal.print(json ? endAsJson(execution) : endAsText(execution));
    }
    const stopped = await client.stop(DurableExecutionArn, error);
    if (json) return terminal.print(JSON.stringify(stopped));
    const when = formatDateTime(stopped.StopTimestamp * 1000);
    terminal.print(isEnd(Status) ? `It had ended already, ${Status} at ${when}.` : `stopped ${DurableExecutionArn}`);
  },
};

function endAsJson({ Status, EndTimestamp, Error }: ExecutionView): string {
  return JSON.stringify({ Status, EndTimestamp, Error });
}

function endAsText({ Status, Error: error }: ExecutionView): string {
  return `It has ended by itself, ${Status}${error?.ErrorMessage ? `: ${error.ErrorMessage}` : ''}`;
}
