import { readFile } from 'node:fs/promises';
import { STANDARD_TIMEOUTS } from '../../client/call-timeouts.js';
import { LambdaConnection } from '../../client/lambda-connection.js';
import { decodedText } from '../../local/decoded-text.js';
import { historyOf } from './history-of.js';
import type { RecordedEvent } from './operations-of-history.js';

/** A history as returned by GetDurableExecutionHistory or written by `run.save()`: all of its events. */
export type RecordedHistory = { Events: readonly RecordedEvent[] } | readonly RecordedEvent[];

/**
 * @param history - or the path of a JSON file that contains it or what `nestjs-durable show --json` prints, or an ARN
 *   whose history is requested
 */
export async function readHistory(history: RecordedHistory | string): Promise<readonly RecordedEvent[]> {
  if (typeof history !== 'string') return eventsOf(history);
  if (history.startsWith('arn:')) return historyOf(new LambdaConnection({}, STANDARD_TIMEOUTS), history);
  return eventsOf(JSON.parse(decodedText(await readFile(history))) as RecordedHistory);
}

interface Page {
  Events?: unknown;
  NextMarker?: string;
  /** As `nestjs-durable show --json` spells it. */
  events?: unknown;
}

/** The first event comes first, also if newest events were requested first. */
function eventsOf(history: unknown): readonly RecordedEvent[] {
  const { Events, events = Events, NextMarker } = Object(history) as Page;
  const all: unknown = Array.isArray(history) ? history : events;
  if (!Array.isArray(all) || !all.every((event) => Object(event) === event)) throw new TypeError(NO_HISTORY);
  const ordered = (all as RecordedEvent[]).toSorted((left, right) => numberOf(left) - numberOf(right));
  if (NextMarker || ordered[0]?.EventType !== 'ExecutionStarted') throw new TypeError(PART_OF_HISTORY);
  return ordered;
}

function numberOf({ EventId = 0 }: RecordedEvent): number {
  return EventId;
}

const NO_HISTORY = 'This is not a history: pass { Events: […] }, as GetDurableExecutionHistory returns it.';
const PART_OF_HISTORY =
  'This is only a part of a history: pass all events, from ExecutionStarted on, of all pages up to the last NextMarker.';
