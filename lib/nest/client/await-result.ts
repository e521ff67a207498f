import { nodeModule } from '../../node-module.js';
import { shared } from '../../process-state.js';
import type { DurableControlClient } from '../../client/control-client.js';
import type { HistoryEvent } from '../../client/control-types.js';
import { ExecutionEndedError } from '../errors/execution-ended-error.js';
import { configuredEndpoint } from '../../client/lean/lambda-endpoint.js';
import { isLoopback } from '../../client/local-endpoint.js';
import { statusChanges } from '../events/status-changes.js';
import { isEnd } from '../../wire/execution-end.js';
import { decodeResult } from './decode-result.js';
import { lookBudget } from './look-budget.js';
import { lookPauses } from './look-pauses.js';
import { isNotFound, mayStillPass, type Waited } from './passing-failures.js';

const { setTimeout: sleep } = nodeModule('node:timers/promises');

/** Waits for the end of an execution, at most as many milliseconds. @throws the reason of the signal */
type Pause = (executionArn: string, pauseMs: number, signal: AbortSignal | undefined) => Promise<void>;

/** The pauses of clients whose service has a time of its own: the testing kit lets it pass. */
export const ownPauses = shared('own-pauses', () => new WeakMap<DurableControlClient, Pause>());

export interface ResultOptions {
  /** Stops waiting; the execution continues. For a time limit, use `AbortSignal.timeout(60_000)`. */
  signal?: AbortSignal;
  /** Called with each new entry of the history, in order, and awaited; all of them before the result. */
  onProgress?: (event: HistoryEvent) => unknown;
  /**
   * The longest delay between two status requests, in milliseconds, above 0; delays grow to it from 250, with jitter.
   * @defaultValue 30000
   */
  maxPollMs?: number;
}

/**
 * Polls an execution until it has ended, first often, then less often. Each request uses the budget of the process. If
 * this process receives the event of the end, it polls immediately. @throws the reason of the signal
 */
export function awaitResult(
  control: DurableControlClient,
  executionArn: string,
  options: ResultOptions,
): Promise<unknown> {
  return orAborted(polledResult(control, executionArn, options), options.signal);
}

/** A request to a service that does not respond takes minutes: the signal does not wait for it. */
function orAborted<T>(running: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return running;
  return new Promise((resolve, reject) => {
    const giveUp = () => reject(signal.reason as Error);
    const stop = () => signal.removeEventListener('abort', giveUp);
    signal.addEventListener('abort', giveUp, { once: true });
    running.then(resolve, reject).finally(stop);
  });
}

async function polledResult(
  control: DurableControlClient,
  executionArn: string,
  { signal, onProgress, maxPollMs }: ResultOptions,
): Promise<unknown> {
  const tell = (event: HistoryEvent) => (signal?.throwIfAborted(), onProgress?.(event));
  const progress = onProgress && new Progress(control, executionArn, tell);
  const startedMs = performance.now();
  const pauses = lookPauses(maxPollMs);
  let hasAnswered = false;
  for (;;) {
    await turnTo(control, signal);
    const waitedMs = performance.now() - startedMs;
    const seen = await look(control, executionArn, { waitedMs, hasAnswered });
    hasAnswered ||= seen !== undefined;
    if (seen && progress) await turnTo(control, signal);
    // An end that is told before the entries of the history would lose them.
    if (seen && (!progress || (await progress.tell({ waitedMs, hasAnswered }))) && isEnd(seen.status)) {
      if (seen.status === 'SUCCEEDED') return decodeResult(seen.result);
      throw new ExecutionEndedError({ executionArn, status: seen.status, error: seen.error });
    }
    await (ownPauses.get(control) ?? pauseUntilEnd)(executionArn, pauses.next().value, signal);
  }
}

/** A service on this machine has no limit. */
async function turnTo({ endpoint }: DurableControlClient, signal: AbortSignal | undefined): Promise<void> {
  signal?.throwIfAborted();
  const service = configuredEndpoint(process.env, endpoint);
  if (!service || !isLoopback(service)) await lookBudget.turn(signal);
}

/**
 * Waits for the delay, or until this process receives the event of the execution's end. @throws the reason of the
 * signal
 */
async function pauseUntilEnd(executionArn: string, pauseMs: number, signal: AbortSignal | undefined): Promise<void> {
  const over = new AbortController();
  const stop = statusChanges.listen(executionArn, ({ status }) => isEnd(status) && over.abort());
  try {
    await sleep(pauseMs, undefined, { signal: signal ? AbortSignal.any([signal, over.signal]) : over.signal });
  } catch (error) {
    if (signal?.aborted || !over.signal.aborted) throw error;
  } finally {
    stop();
  }
}

/** Sends one request; returns nothing if it failed temporarily, so that the next one decides. */
async function look(control: DurableControlClient, executionArn: string, waited: Waited) {
  try {
    return await control.describe(executionArn);
  } catch (error) {
    if (mayStillPass(error, waited)) return undefined;
    throw error;
  }
}

/** Passes on the entries of a history that were not passed on before. */
class Progress {
  #lastEventId = 0;

  constructor(
    private readonly control: DurableControlClient,
    private readonly executionArn: string,
    private readonly onProgress: (event: HistoryEvent) => unknown,
  ) {}

  /** @returns whether all entries are passed on; otherwise the history could not be read for the moment */
  async tell(waited: Waited): Promise<boolean> {
    const news = await this.#news(waited);
    for (const event of news ?? []) await this.onProgress(event);
    return news !== undefined;
  }

  async #news(waited: Waited): Promise<HistoryEvent[] | undefined> {
    const events: HistoryEvent[] = [];
    try {
      for await (const event of this.control.history(this.executionArn, { newestFirst: true })) {
        if (event.eventId <= this.#lastEventId) break;
        events.unshift(event);
      }
    } catch (error) {
      if (mayStillPass(error, waited)) return undefined;
      // Where the history is gone, the result may still be there.
      if (isNotFound(error)) return [];
      throw error;
    }
    this.#lastEventId = events.at(-1)?.eventId ?? this.#lastEventId;
    return events;
  }
}
