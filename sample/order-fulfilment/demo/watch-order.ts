import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { DurableControlClient, HistoryEvent } from 'nestjs-durable-execution';
import type { OutsideEvent } from '../src/outside/outside-world.js';

/** Receives the new events of an order, in their sequence. */
export interface OrderWatcher {
  onHistory(event: HistoryEvent): void | Promise<void>;
  onOutside(event: OutsideEvent): void | Promise<void>;
}

export interface WatchedOrder {
  control: DurableControlClient;
  executionArn: string;
  outsideWorld: string;
}

const POLL_MS = 50;

/** Follows an order until its execution has ended. */
export async function watchOrder(order: WatchedOrder, watcher: OrderWatcher): Promise<void> {
  let told = 0;
  let seenOutside = 0;
  for (;;) {
    const { status } = await order.control.describe(order.executionArn);
    const history = await historyOf(order);
    const outside = outsideEvents(order.outsideWorld);
    for (const event of history.slice(told)) await watcher.onHistory(event);
    for (const event of outside.slice(seenOutside)) await watcher.onOutside(event);
    told = history.length;
    seenOutside = outside.length;
    if (status !== 'RUNNING') return;
    await pause(POLL_MS);
  }
}

/** The events in other systems so far, in their sequence. */
export function outsideEvents(outsideWorld: string): OutsideEvent[] {
  const file = join(outsideWorld, 'events.jsonl');
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as OutsideEvent);
}

async function historyOf({ control, executionArn }: WatchedOrder): Promise<HistoryEvent[]> {
  const events: HistoryEvent[] = [];
  for await (const event of control.history(executionArn)) events.push(event);
  return events;
}
