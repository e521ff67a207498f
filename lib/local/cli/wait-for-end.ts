import { isEnd } from '../../wire/execution-end.js';
import { setTimeout as delay } from 'node:timers/promises';
import { CliError } from './cli-error.js';
import { eventLine } from './event-line.js';
import type { ExecutionView, ServiceClient } from './service-client.js';
import type { Terminal } from './terminal.js';
import { detailsOf } from './timeline/timeline-event.js';
import type { TimelineEvent } from './timeline/timeline-event.js';

const POLL_MS = 200;

/**
 * Waits until an execution ends. Failed invocations, pauses and their ends are printed on stderr: without these lines the
 * execution would only seem slow. The invocation that ends the execution is reported with its end. The service sends no
 * notifications of any of them, so the command polls.
 *
 * @throws {CliError} when the person at the terminal stops waiting
 */
export async function waitForEnd(client: ServiceClient, arn: string, terminal: Terminal): Promise<ExecutionView> {
  for (let lastEventId = 0; ;) {
    const execution = await client.execution(arn);
    const events = await client.eventsAfter(arn, lastEventId);
    lastEventId = events.at(-1)?.EventId ?? lastEventId;
    for (const [index, event] of events.entries()) {
      const isLast = events[index + 1]?.EventType === 'ExecutionFailed';
      if (PAUSE.test(event.EventType ?? '') || (isFailedInvocation(event) && !isLast)) tell(event, terminal);
    }
    if (isEnd(execution.Status)) return execution;
    await delay(POLL_MS, undefined, { signal: terminal.interrupted }).catch(() => {
      throw new CliError(`Stopped waiting; the execution continues: ${arn}`);
    });
  }
}

const PAUSE = /^Execution(Paused|Resumed)$/;

function isFailedInvocation(event: TimelineEvent): boolean {
  return event.EventType === 'InvocationCompleted' && detailsOf(event).Error?.Payload !== undefined;
}

function tell(event: TimelineEvent, terminal: Terminal): void {
  const { glyph, style, text } = eventLine(event);
  terminal.complain(`${terminal.paint(style, glyph)} ${text}`);
}
