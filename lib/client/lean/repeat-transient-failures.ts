import { nodeModule } from '../../node-module.js';
import { classifyApiError, isWorthRepeating } from '../../wire/classify-api-error.js';
import type { DurableCallOptions } from '../../wire/durable-execution-client.js';
import { asRecord } from '../../wire/thrown.js';

const { setTimeout: pause } = nodeModule('node:timers/promises');

/** The attempts of one call, the first included (the AWS client's standard mode). */
export const MAX_ATTEMPTS = 3;

/** The maximum of the first retry delay in milliseconds; it doubles with every attempt. The AWS client's numbers. */
const TRANSIENT_PAUSE_MS = 50;
const THROTTLED_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 20_000;
/** The most that the service may add to a retry delay, in milliseconds. */
const MOST_ADDED_MS = 5_000;

/** Sends until a response is final, with the delays of the AWS client's standard mode in between. */
export async function repeatTransientFailures<T>(
  send: (attempt: number) => Promise<T>,
  options: Partial<DurableCallOptions> = {},
): Promise<T> {
  const { abortSignal, apiErrorCodes } = options;
  for (let attempt = 1; ; attempt += 1) {
    try {
      options.onAttempt?.();
      return await send(attempt);
    } catch (error) {
      const classification = classifyApiError(error, apiErrorCodes);
      const isFinal = attempt === MAX_ATTEMPTS || abortSignal?.aborted || !isWorthRepeating(classification);
      if (isFinal) throw counted(error, attempt);
      options.onAttempt?.(error);
      const isThrottled = classification.rule.id === 'throttled';
      await pause(pauseMs({ attempt, isThrottled, requestedMs: requestedPauseMs(error) }), undefined, {
        signal: abortSignal,
      });
    }
  }
}

interface FailedAttempt {
  attempt: number;
  isThrottled: boolean;
  requestedMs: number;
}

/** A random share, so that callers that failed together do not retry together. */
export function pauseMs({ attempt, isThrottled, requestedMs }: FailedAttempt): number {
  const firstMs = isThrottled ? THROTTLED_PAUSE_MS : TRANSIENT_PAUSE_MS;
  const ownMs = Math.random() * Math.min(firstMs * 2 ** (attempt - 1), LONGEST_PAUSE_MS);
  return Math.max(ownMs, Math.min(requestedMs, ownMs + MOST_ADDED_MS));
}

/** The delay that the service requests: `retry-after` in seconds or as a date, `x-amz-retry-after` in milliseconds. */
export function requestedPauseMs(error: unknown): number {
  const headers = asRecord(asRecord(asRecord(error).$response).headers);
  const seconds = String(headers['retry-after'] ?? '');
  const wishes = [
    Number(headers['x-amz-retry-after']),
    /^[\d.]+$/.test(seconds) ? Number(seconds) * 1_000 : Date.parse(seconds) - Date.now(),
  ];
  return Math.max(0, ...wishes.filter(Number.isFinite));
}

function counted(error: unknown, attempts: number): unknown {
  if (!(error instanceof Error)) return error;
  return Object.assign(error, { $metadata: { ...asRecord(asRecord(error).$metadata), attempts } });
}
