import { diag, ProxyTracerProvider } from '@opentelemetry/api';
import { remainingMsOf } from '../wire/remaining-time.js';
import type { InvocationInfo } from '../engine/invocation/plugins/plugin.js';

export const DEFAULT_FLUSH_TIMEOUT_MS = 5000;

/** The part of an invocation's time that is kept for its response, in milliseconds. */
const ANSWER_MARGIN_MS = 500;

/**
 * Makes a provider send the ended spans. Resolves when they are sent, when they cannot be sent, and when time is up.
 */
export async function flushWithin(provider: object, { context }: InvocationInfo, timeoutMs: number): Promise<void> {
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- what the global provider is, until the next major version
  const flusher = (provider instanceof ProxyTracerProvider ? provider.getDelegate() : provider) as Partial<Flusher>;
  if (typeof flusher.forceFlush !== 'function') return;
  const leftMs = remainingMsOf(context) - ANSWER_MARGIN_MS;
  let timer: NodeJS.Timeout | undefined;
  const timeUp = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, Math.max(0, Math.min(timeoutMs, leftMs)));
  });
  await Promise.race([flushed(flusher as Flusher), timeUp]);
  clearTimeout(timer);
}

interface Flusher {
  forceFlush(): Promise<void>;
}

async function flushed(flusher: Flusher): Promise<void> {
  try {
    await flusher.forceFlush();
  } catch (error) {
    diag.warn('Telemetry could not be sent.', error);
  }
}
