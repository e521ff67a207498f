import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Journal } from './journal.js';
import type { Random } from './program.js';

export interface PauserOptions {
  random: Random;
  journal: Journal;
  /** Where the service listens now, and how often it has been started. */
  service: () => { endpoint: string; generation: number };
}

export interface PauseCounts {
  /** Pauses that the service accepted; each was resumed. */
  accepted: number;
  /** Came too late: the execution had ended, or was paused already. */
  refused: number;
}

/** A function that has been interrupted may finish what it is at; silence for that long says that it has. */
const SILENCE_MS = 1_000;
const LONGEST_PAUSE_MS = 2_000;

interface Listed {
  DurableExecutionArn: string;
  DurableExecutionName: string;
}

/** Pauses executions for a while, and watches that nothing of them runs meanwhile. */
export class Pauser {
  readonly counts: PauseCounts = { accepted: 0, refused: 0 };
  readonly problems: string[] = [];
  readonly #options: PauserOptions;

  constructor(options: PauserOptions) {
    this.#options = options;
  }

  /** An execution that has not ended, and what the journal calls it; nothing when there is none, or no service. */
  async anyRunning(): Promise<{ arn: string; execution: string } | undefined> {
    const path = '/2025-12-01/functions/durable/durable-executions?Statuses=RUNNING&MaxItems=100';
    const page = await fetch(`${this.#options.service().endpoint}${path}`)
      .then((response) => response.json() as Promise<{ DurableExecutions?: Listed[] }>)
      .catch(() => ({ DurableExecutions: [] }));
    const own = (page.DurableExecutions ?? []).filter(({ DurableExecutionName }) =>
      /^soak-/.test(DurableExecutionName),
    );
    const chosen = own[Math.floor(this.#options.random() * own.length)];
    return chosen && { arn: chosen.DurableExecutionArn, execution: chosen.DurableExecutionName };
  }

  /** One pause, from the request to its end. @param execution as the journal calls it */
  async pause(arn: string, execution: string): Promise<void> {
    const { random } = this.#options;
    const body = { ClientToken: randomUUID(), Reason: 'soak', ExecutionTimeoutPaused: random() < 0.5 };
    if (!(await this.#ask('POST', `${pathOf(arn)}/pause`, body)).ok) {
      this.counts.refused += 1;
      return;
    }
    this.counts.accepted += 1;
    // A resume that comes while the pause has not taken hold takes it back: that is to be tried too.
    if (random() < 0.8) await this.#watch(arn, execution);
    await this.#resume(arn);
  }

  /** Pauses are limited: an execution that does not come to rest is resumed, and checked by its end. */
  async #watch(arn: string, execution: string): Promise<void> {
    const deadlineMs = performance.now() + LONGEST_PAUSE_MS;
    while ((await this.#status(arn)) === 'PAUSING') {
      if (performance.now() > deadlineMs) return;
      await delay(20);
    }
    if ((await this.#status(arn)) !== 'PAUSED') return;
    await delay(SILENCE_MS);
    const { generation } = this.#options.service();
    const before = this.#runsOf(execution);
    await delay(this.#options.random() * 500);
    // The service has not been killed in between: workers of one that was may not have noticed yet.
    if (this.#options.service().generation !== generation || (await this.#status(arn)) !== 'PAUSED') return;
    const after = this.#runsOf(execution);
    if (after > before) this.problems.push(`${execution}: ${after - before} step bodies ran while it was paused`);
  }

  async #resume(arn: string): Promise<void> {
    const answer = await this.#ask('POST', `${pathOf(arn)}/resume`, { ClientToken: randomUUID() });
    if (answer.ok || ['SUCCEEDED', 'FAILED'].includes(String(await this.#status(arn)))) return;
    this.problems.push(`${arn}: could not be resumed: ${answer.text}`);
  }

  #runsOf(execution: string): number {
    const { journal } = this.#options;
    journal.read();
    return journal.records.filter((record) => record.kind === 'run' && record.execution === execution).length;
  }

  async #status(arn: string): Promise<unknown> {
    const { text } = await this.#ask('GET', `${pathOf(arn)}?IncludeExecutionData=false`);
    return (JSON.parse(text) as { Status?: string }).Status;
  }

  /** Repeats a request, with the same client token, while the service is down. */
  async #ask(method: 'GET' | 'POST', path: string, body?: object): Promise<{ ok: boolean; text: string }> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        const url = `${this.#options.service().endpoint}/2025-12-01/durable-executions/${path}`;
        const response = await fetch(url, { method, ...(body && { body: JSON.stringify(body) }) });
        return { ok: response.ok, text: await response.text() };
      } catch (error) {
        if (attempt > 600) throw error;
        await delay(50);
      }
    }
  }
}

function pathOf(arn: string): string {
  return encodeURIComponent(arn);
}
