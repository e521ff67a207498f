import { setTimeout as sleep } from 'node:timers/promises';
import type { DurableControlClient } from '../../client/control-client.js';
import type { HistoryEvent } from '../../client/control-types.js';
import { ExecutionEndedError } from '../errors/execution-ended-error.js';

export interface ResultOptions {
  /** Gives up waiting; the execution goes on. For a time limit, `AbortSignal.timeout(60_000)`. */
  signal?: AbortSignal;
  /** Called with each new entry of the history, in order. */
  onProgress?: (event: HistoryEvent) => void;
  /** The longest pause between two looks, in milliseconds. @defaultValue 5000 */
  maxPollMs?: number;
}

const FIRST_POLL_MS = 250;
const POLL_GROWTH = 1.5;

/** Looks at an execution until it has ended, at first often, then less so; the service sends no notice. */
export async function awaitResult(
  control: DurableControlClient,
  executionArn: string,
  { signal, onProgress, maxPollMs = 5_000 }: ResultOptions,
): Promise<unknown> {
  const progress = onProgress && new Progress(control, executionArn);
  for (let pollMs = Math.min(FIRST_POLL_MS, maxPollMs); ; pollMs = Math.min(pollMs * POLL_GROWTH, maxPollMs)) {
    signal?.throwIfAborted();
    const { status, result, error } = await control.describe(executionArn);
    for (const event of (await progress?.news()) ?? []) onProgress?.(event);
    if (status === 'SUCCEEDED') return decodeResult(result);
    if (status !== 'RUNNING') throw new ExecutionEndedError({ executionArn, status, error });
    await sleep(pollMs, undefined, { signal });
  }
}

/** Results of `@Durable()` methods are JSON; nothing stands for `undefined`. */
export function decodeResult(text: string | undefined): unknown {
  return text === undefined || text === '' ? undefined : JSON.parse(text);
}

/** Entries of a history that were not told before. */
class Progress {
  #lastEventId = 0;

  constructor(
    private readonly control: DurableControlClient,
    private readonly executionArn: string,
  ) {}

  async news(): Promise<HistoryEvent[]> {
    const events: HistoryEvent[] = [];
    for await (const event of this.control.history(this.executionArn, { newestFirst: true })) {
      if (event.eventId <= this.#lastEventId) break;
      events.unshift(event);
    }
    this.#lastEventId = events.at(-1)?.eventId ?? this.#lastEventId;
    return events;
  }
}
