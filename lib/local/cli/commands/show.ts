import type { Command } from '../command.js';
import { resolveExecution } from '../execution-reference.js';
import { renderTimeline } from '../timeline/render-timeline.js';

export const show: Command = {
  summary: 'show an execution as a tree beside a time axis',
  positionals: '<arn, name or id>',
  minPositionals: 1,
  maxPositionals: 1,
  options: {},
  examples: ['nestjs-durable show order-7'],
  run: async ({ positionals: [reference = ''], json, terminal, client }) => {
    const execution = await resolveExecution(client, reference);
    const events = await client.history(execution.DurableExecutionArn);
    if (json) return terminal.print(JSON.stringify({ execution, events }));
    terminal.print(terminal.paint('dim', execution.DurableExecutionArn));
    const { columns, colors } = terminal;
    const nowMs = await client.nowMs();
    for (const line of renderTimeline(events, { columns, colors, nowMs })) terminal.print(line);
  },
};
