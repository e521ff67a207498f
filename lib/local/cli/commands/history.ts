import type { Command } from '../command.js';
import { eventLine } from '../event-line.js';
import { resolveExecution } from '../execution-reference.js';
import { epochMsOf } from '../timeline/timeline-event.js';
import { formatTime } from '../wall-time.js';

export const history: Command = {
  summary: 'list the events of an execution',
  positionals: '<arn, name or id>',
  minPositionals: 1,
  maxPositionals: 1,
  options: {},
  examples: ['nestjs-durable history order-7'],
  run: async ({ positionals: [reference = ''], json, terminal, client }) => {
    const { DurableExecutionArn } = await resolveExecution(client, reference);
    const events = await client.history(DurableExecutionArn);
    if (json) return terminal.print(JSON.stringify(events));
    terminal.print(terminal.paint('dim', `${'id'.padStart(4)}  ${'time'.padEnd(12)}  event`));
    for (const event of events) {
      const { glyph, style, text } = eventLine(event);
      const place = `${String(event.EventId).padStart(4)}  ${formatTime(epochMsOf(event))}`;
      terminal.print(`${terminal.paint('dim', place)}  ${terminal.paint(style, glyph)} ${text}`);
    }
  },
};
