import { nodeModule } from '../../node-module.js';
import type { DurableControlClient } from '../../client/control-client.js';
import { DurableControlError } from '../../client/control-error.js';
import type { HistoryEvent } from '../../client/control-types.js';
import { classifyApiError, isWorthRepeating } from '../../wire/classify-api-error.js';
import { KMS_ERROR_CODES } from '../../wire/error-codes.js';
import { ExecutionEndedError } from '../errors/execution-ended-error.js';
import { configuredEndpoint } from '../../client/lean/lambda-endpoint.js';
import { isLoopback } from '../../client/local-endpoint.js';
import { statusChanges } from '../events/status-changes.js';
import { isEnd } from '../../wire/execution-end.js';
import { decodeResult } from './decode-result.js';
import { lookBudget } from './look-budget.js';
import { lookPauses } from './look-pauses.js';

const { setTimeout: sleep } = nodeModule('node:timers/promises');

export interface ResultOptions {
  /** Stops waiting; the execution continues. For a time limit, use `AbortSignal.timeout(60_000)`. */
  signal?: AbortSignal;
  /** Called with each new entry of the history, in order. */
  onProgress?: (event: HistoryEvent) => void;
  /**
   * The longest delay between two status requests, in milliseconds; delays grow to it from 250, with jitter.
   * @defaultValue 30000
   */
  maxPollMs?: number;
}

/**
 * Polls an execution until it has ended, first often, then less often. Each request uses the budget of the process. If
 * this process receives the event of the end, it polls immediately.
 */
export async function awaitResult(
  control: DurableControlClient,
  executionArn: string,
  { signal, onProgress, maxPollMs }: ResultOptions,
): Promise<unknown> {
  const progress = onProgress && new Progress(control, executionArn);
  const startedMs = performance.now();
  const pauses = lookPauses(maxPollMs);
  for (;;) {
    await turnTo(control, signal);
    const seen = await look(control, executionArn, performance.now() - startedMs);
    if (seen && progress) {
      await turnTo(control, signal);
      for (const event of (await passing(progress.news())) ?? []) onProgress?.(event);
    }
    if (seen?.status === 'SUCCEEDED') return decodeResult(seen.result);
    if (seen && isEnd(seen.status))
      throw new ExecutionEndedError({ executionArn, status: seen.status, error: seen.error });
    await pauseUntilEnd(executionArn, pauses.next().value, signal);
  }
}

/** A service on this machine has no limit. */
async function turnTo({ endpoint }: DurableControlClient, signal: AbortSignal | undefined): Promise<void> {
  signal?.throwIfAborted();
  const service = endpoint ?? configuredEndpoint(process.env);
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

/** How long the service may not find an execution that was just started. */
const NOT_FOUND_YET_MS = 30_000;

/** Sends one request; returns nothing if it failed temporarily, so that the next one decides. */
async function look(control: DurableControlClient, executionArn: string, waitedMs: number) {
  try {
    return await control.describe(executionArn);
  } catch (error) {
    const isNotThereYet = isControlError(error) && error.httpStatus === 404 && waitedMs < NOT_FOUND_YET_MS;
    if (isNotThereYet || isPassing(error)) return undefined;
    throw error;
  }
}

async function passing<T>(looking: Promise<T> | undefined): Promise<T | undefined> {
  try {
    return await looking;
  } catch (error) {
    if (isPassing(error) || (isControlError(error) && error.httpStatus === 404)) return undefined;
    throw error;
  }
}

/** Throttling, failures of the service, and no response at all; KMS failures persist, although they are HTTP 502. */
function isPassing(error: unknown): boolean {
  if (!isControlError(error) || KMS_ERROR_CODES.has(error.code)) return false;
  const { httpStatus } = error;
  return (
    httpStatus === undefined ||
    httpStatus === 429 ||
    httpStatus >= 500 ||
    isWorthRepeating(classifyApiError(error.cause))
  );
}

function isControlError(error: unknown): error is DurableControlError {
  return error instanceof DurableControlError;
}

/** Passes on the entries of a history that were not passed on before. */
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
