import { pathToFileURL } from 'node:url';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { InvokeCommand, LambdaClient, SendDurableExecutionCallbackSuccessCommand } from '@aws-sdk/client-lambda';
import type { FaultRule } from '../../lib/local/index.js';
import type { CheckedExecution } from './check-soak.js';
import { checkExecution, checkRuns, repeatedRuns } from './check-soak.js';
import type { JournalRecord } from './journal.js';
import { Journal } from './journal.js';
import { Pauser } from './pauser.js';
import type { PauseCounts } from './pauser.js';
import type { Random, SoakOperation } from './program.js';
import { randomOf, randomProgram } from './program.js';
import { SoakServer } from './soak-server.js';

/** The address of this project's engine, as it was built. */
export function ourEngine(root: string): string {
  return pathToFileURL(join(root, 'dist/esm/engine/index.js')).href;
}

export interface SoakOptions {
  executions: number;
  /** How often the service is killed. */
  serverKills: number;
  /** How often a worker is killed. */
  workerKills: number;
  /** How often an execution is paused, and resumed. */
  pauses: number;
  seed: number;
  /** Module of the SDK that the functions are written against. */
  sdk: string;
  /** Root of the checkout. */
  root: string;
  log: (message: string) => void;
}

export interface SoakReport {
  executions: number;
  /** How often a step's body ran. */
  stepRuns: number;
  /** Of those, runs of an attempt that had started before: it was interrupted before its result was recorded. */
  repeatedRuns: number;
  /** How often the service, and a worker, was killed. */
  serverKills: number;
  workerKills: number;
  pauses: PauseCounts & {
    /** Pauses that took hold while an invocation was in progress. */
    interrupting: number;
  };
  /** Real milliseconds from the start of a killed service to its first response, with all its stored data. */
  restartMs: number[];
  /** What is lost or wrong; one sentence each. */
  problems: string[];
}

/** Failures that a function has to live with; permanent ones would rightly end executions. */
const FAULTS: readonly FaultRule[] = [
  { kind: 'throttled', api: 'CheckpointDurableExecution', share: 0.01 },
  { kind: 'service-error', api: 'CheckpointDurableExecution', share: 0.01 },
  { kind: 'html-503', api: 'CheckpointDurableExecution', share: 0.005 },
  { kind: 'dropped', api: 'CheckpointDurableExecution', share: 0.01 },
  { kind: 'dropped-after', api: 'CheckpointDurableExecution', share: 0.01 },
  { kind: 'service-error', api: 'GetDurableExecutionState', share: 0.02 },
];

const STARTS_AT_ONCE = 20;

/** How far back in the journal what still runs is looked for. */
const RECORDS_AT_WORK = 10;

/** Real milliseconds without a word of any function, after which executions that still run are stuck. */
const STANDSTILL_MS = 30_000;

/**
 * Runs executions of random shape while the service and its workers are killed, and compares every end with that of the
 * uninterrupted twin.
 */
export async function runSoak(options: SoakOptions): Promise<SoakReport> {
  const directory = await mkdtemp(join(tmpdir(), 'durable-soak-'));
  const soak = new Soak(options, directory);
  try {
    return await soak.run();
  } finally {
    await soak.close();
    await rm(directory, { recursive: true, force: true });
  }
}

/** @returns whether there was something to disturb */
type Disturbance = () => boolean | Promise<boolean>;

interface Spread {
  times: number;
  /** How much of the time is over, from 0 to 1. */
  share: () => number;
}

class Soak {
  readonly #options: SoakOptions;
  readonly #server: SoakServer;
  readonly #journal: Journal;
  readonly #random: Random;
  readonly #programs: SoakOperation[][];
  readonly #arns: string[] = [];
  readonly #answered = new Set<string>();
  readonly #pauser: Pauser;
  readonly #pauses: Promise<void>[] = [];
  readonly #restartMs: number[] = [];
  #workersKilled = 0;
  #client: LambdaClient | undefined;
  #isOver = false;
  #stepsDone = 0;

  constructor(options: SoakOptions, directory: string) {
    this.#options = options;
    this.#random = randomOf(options.seed);
    this.#programs = Array.from({ length: options.executions }, () => randomProgram(this.#random));
    const journal = join(directory, 'journal.jsonl');
    this.#journal = new Journal(journal);
    const { sdk, root } = options;
    this.#server = new SoakServer({ directory, journal, sdk, root, faults: FAULTS, timeScale: 10 });
    this.#pauser = new Pauser({
      random: this.#random,
      journal: this.#journal,
      service: () => this.#server,
    });
  }

  async run(): Promise<SoakReport> {
    await this.#server.start();
    this.#connect();
    const disturbances = Promise.all([this.#killServers(), this.#killWorkers(), this.#pauseExecutions()]);
    const answering = this.#answerCallbacks();
    await this.#startAll();
    this.#options.log('all started');
    const problems: string[] = [];
    const completedRuns = new Map<string, string>();
    let interrupting = 0;
    for (const [index, program] of this.#programs.entries()) {
      const checked = await this.#check(index, program);
      interrupting += checked.interruptingPauses;
      problems.push(...checked.problems);
      for (const [path, run] of checked.completedRuns) completedRuns.set(`${nameOf(index)} ${path}`, run);
      this.#stepsDone += 1;
    }
    this.#isOver = true;
    await Promise.all([answering, disturbances]);
    await Promise.all(this.#pauses);
    this.#journal.read();
    problems.push(...checkRuns(this.#journal.records, completedRuns), ...this.#pauser.problems);
    return {
      executions: this.#programs.length,
      stepRuns: this.#journal.records.filter(({ kind }) => kind === 'run').length,
      repeatedRuns: repeatedRuns(this.#journal.records),
      serverKills: this.#restartMs.length,
      workerKills: this.#workersKilled,
      pauses: { ...this.#pauser.counts, interrupting },
      restartMs: this.#restartMs,
      problems,
    };
  }

  async close(): Promise<void> {
    this.#isOver = true;
    this.#client?.destroy();
    this.#journal.close();
    await this.#server.kill();
  }

  #check(index: number, program: readonly SoakOperation[]): Promise<CheckedExecution> {
    const isAtStandstill = () => this.#journal.silentMs > STANDSTILL_MS;
    return this.#insist(() => checkExecution(this.#client!, { arn: this.#arns[index]!, program, isAtStandstill }));
  }

  async #startAll(): Promise<void> {
    const waiting = [...this.#programs.entries()];
    await Promise.all(
      Array.from({ length: STARTS_AT_ONCE }, async () => {
        for (let next = waiting.shift(); next; next = waiting.shift()) await this.#start(...next);
      }),
    );
  }

  /** Under its name, so that a start whose response was lost is not repeated. */
  async #start(index: number, body: SoakOperation[]): Promise<void> {
    const execution = nameOf(index);
    const command = () =>
      new InvokeCommand({
        FunctionName: 'durable',
        Qualifier: '$LATEST',
        InvocationType: 'Event',
        DurableExecutionName: execution,
        Payload: JSON.stringify({ execution, body }),
      });
    const { DurableExecutionArn } = await this.#insist(() => this.#client!.send(command()));
    this.#arns[index] = DurableExecutionArn as string;
    this.#stepsDone += 1;
  }

  async #answerCallbacks(): Promise<void> {
    const { records } = this.#journal;
    for (let next = 0; !this.#isOver;) {
      this.#journal.read();
      for (; next < records.length; next += 1) {
        const record = records[next]!;
        if (record.kind === 'callback') await this.#answer(record);
      }
      await delay(20);
    }
  }

  async #answer({ path, callbackId }: Extract<JournalRecord, { kind: 'callback' }>): Promise<void> {
    if (this.#answered.has(callbackId)) return;
    const Result = Buffer.from(`answer to ${path}`);
    const command = () => new SendDurableExecutionCallbackSuccessCommand({ CallbackId: callbackId, Result });
    await this.#insist(() => this.#client!.send(command()).catch(ignoreAnswered));
    this.#answered.add(callbackId);
  }

  #killServers(): Promise<void> {
    return this.#disturb(this.#options.serverKills, async () => {
      await this.#server.kill();
      const startedMs = performance.now();
      await this.#server.start();
      this.#restartMs.push(performance.now() - startedMs);
      this.#connect();
      return true;
    });
  }

  #killWorkers(): Promise<void> {
    return this.#disturb(this.#options.workerKills, () => {
      const generation = String(this.#server.generation);
      const alive = this.#journal.records.filter((record) => record.generation === generation).map(({ pid }) => pid);
      const victim = alive.at(-1 - Math.floor(this.#random() * 10));
      if (victim === undefined || !killQuietly(victim)) return false;
      this.#workersKilled += 1;
      return true;
    });
  }

  #pauseExecutions(): Promise<void> {
    return this.#disturb(this.#options.pauses, async () => {
      const chosen = this.#random() < 0.5 ? this.#atWork() : await this.#pauser.anyRunning();
      if (chosen) this.#pauses.push(this.#pauser.pause(chosen.arn, chosen.execution));
      return chosen !== undefined;
    });
  }

  /** An execution of which a step's body has started and nothing more is known since. */
  #atWork(): { arn: string; execution: string } | undefined {
    this.#journal.read();
    const heard = new Set<string>();
    for (const { kind, execution } of this.#journal.records.slice(-RECORDS_AT_WORK).reverse()) {
      const [, index] = /^soak-(\d+)$/.exec(execution) ?? [];
      const arn = index === undefined ? undefined : this.#arns[Number(index)];
      if (kind === 'run' && arn !== undefined && !heard.has(execution)) return { arn, execution };
      heard.add(execution);
    }
    return undefined;
  }

  /** So many times, spread evenly over the whole run: each start and each end checked counts as a step of it. */
  #disturb(times: number, act: Disturbance): Promise<void> {
    return this.#spread({ times, share: () => this.#stepsDone / (2 * this.#programs.length) }, act);
  }

  async #spread({ times, share }: Spread, act: Disturbance): Promise<void> {
    for (let done = 0; done < times;) {
      await delay(20 + this.#random() * 100);
      if (this.#isOver) return;
      if (share() * (times + 1) < done + 1) continue;
      if (await act()) done += 1;
    }
  }

  #connect(): void {
    this.#client?.destroy();
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    this.#client = new LambdaClient({
      endpoint: this.#server.endpoint,
      region: 'us-east-1',
      credentials,
      maxAttempts: 1,
    });
  }

  /** Repeats a call while the service is down; a refusal is a response. */
  async #insist<T>(call: () => Promise<T>): Promise<T> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await call();
      } catch (error) {
        const { $metadata } = error as { $metadata?: { httpStatusCode?: number } };
        if ($metadata?.httpStatusCode !== undefined || attempt > 600) throw error;
        await delay(50);
      }
    }
  }
}

function nameOf(index: number): string {
  return `soak-${index}`;
}

/** A completion that was accepted before its acknowledgement was lost. */
function ignoreAnswered(error: Error): void {
  if (error.name !== 'CallbackTimeoutException') throw error;
}

/** @returns whether it was alive */
function killQuietly(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    return false;
  }
}
