import { availableParallelism } from 'node:os';
import type { FunctionInvocation, FunctionResult, QueuedInvocation } from './function-runtime.js';
import { bootFailureOf } from './boot-failure.js';
import type { BootFailure } from './boot-failure.js';
import { codeDirectoryOf } from './code-directory.js';
import { SHORTAGE_PAUSE_MS, shortageText } from './shortage.js';
import { exited } from './worker-failures.js';
import type { FunctionFailure } from './worker-failures.js';
import { Worker } from './worker.js';
import type { WorkerOptions } from './worker.js';

export interface WorkerPoolOptions extends Omit<WorkerOptions, 'onIdle' | 'onEnd' | 'onShortage'> {
  /** How long a worker may be idle before it is ended. */
  idleMs: number;
}

interface Waiting {
  begin: QueuedInvocation['begin'];
  settle: (result: FunctionResult | undefined) => void;
  /** For a start without an invocation: called instead of `settle` when the start fails. */
  onInitFailure?: (failure: FunctionFailure, output: string) => void;
}

/** A burst must not start a thousand processes at the same time: they would only take CPU from the work itself. */
const MAX_STARTING = Math.max(2, availableParallelism());

/** Replaces the request id in reports of a start without an invocation. */
const BOOT_REQUEST_ID = 'boot';

/** The minimum time between two reports of a shortage. */
const SHORTAGE_QUIET_MS = 60_000;

/** The workers of one function: started when there is work for them, kept warm, ended after a long idle time. */
export class WorkerPool {
  /** The directory of the function's code. */
  readonly codeDirectory: string;
  readonly #options: WorkerPoolOptions;
  readonly #workers = new Set<Worker>();
  /** Workers with outdated code that finish their work; their ends are not failures. */
  readonly #outdated = new Set<Worker>();
  /** The worker that was used last is last and is used next, so that the others can age and be reaped. */
  #idle: { worker: Worker; sinceMs: number }[] = [];
  #queue: Waiting[] = [];
  #reaper: NodeJS.Timeout | undefined;
  /** Set while the system cannot start a process; invocations wait meanwhile. */
  #shortage: NodeJS.Timeout | undefined;
  #toldShortageMs = -Infinity;
  #isClosed = false;

  constructor(options: WorkerPoolOptions) {
    this.#options = options;
    this.codeDirectory = codeDirectoryOf(options.fn.modulePath, options.surroundings.baseDirectory);
  }

  /** Runs the invocation in the first free worker. */
  async invoke(invocation: FunctionInvocation): Promise<FunctionResult> {
    const { functionName, signal, requestId } = invocation;
    return (await this.enqueue({ functionName, signal, begin: () => invocation })) ?? killed(requestId);
  }

  /** Creates and runs the invocation when a worker is free. @returns nothing when it never started */
  enqueue({ signal, begin }: QueuedInvocation): Promise<FunctionResult | undefined> {
    if (this.#isClosed || signal?.aborted) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      const onAbort = (): void => {
        if (this.#unqueue(waiting)) resolve(undefined);
      };
      const settle = (result: FunctionResult | undefined): void => {
        signal?.removeEventListener('abort', onAbort);
        resolve(result);
      };
      const waiting: Waiting = { begin, settle };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#queue.push(waiting);
      this.#pump();
    });
  }

  /** Starts a worker that is kept for the next invocation. @returns why it did not start */
  boot(): Promise<BootFailure | undefined> {
    if (this.#isClosed) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      this.#queue.push({
        begin: () => undefined,
        settle: () => resolve(undefined),
        onInitFailure: (failure, output) => resolve(bootFailureOf(failure, output)),
      });
      this.#pump();
    });
  }

  /** Process ids of the living workers. */
  pids(): number[] {
    return [...this.#workers].flatMap(({ pid }) => pid ?? []);
  }

  /** Kills every worker, busy or not; returns how many there were. */
  killWorkers(): number {
    this.#idle = [];
    for (const worker of this.#workers) worker.kill();
    return this.#workers.size;
  }

  /** The code has changed: later invocations run in new workers. */
  outdate(): void {
    for (const worker of this.#workers) {
      this.#outdated.add(worker);
      if (worker.isIdle || worker.isStarting) worker.kill();
    }
    this.#idle = [];
  }

  /** Ends all workers and waits until they are gone. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#reaper);
    clearTimeout(this.#shortage);
    for (const { settle } of this.#queue.splice(0)) settle(undefined);
    this.killWorkers();
    await Promise.all([...this.#workers].map(({ ended }) => ended));
  }

  #pump(): void {
    while (this.#queue.length > 0 && this.#idle.length > 0) this.#assign();
    if (this.#queue.length === 0 || this.#shortage !== undefined) return;
    const starting = this.#count(({ isStarting }) => isStarting);
    const missing = this.#queue.length - starting - this.#count(({ isFinishing }) => isFinishing);
    const room = Math.min(MAX_STARTING - starting, this.#options.fn.concurrency - this.#workers.size);
    for (let starts = Math.min(missing, room); starts > 0; starts -= 1) this.#start();
  }

  #count(matches: (worker: Worker) => boolean): number {
    let count = 0;
    for (const worker of this.#workers) if (matches(worker)) count += 1;
    return count;
  }

  #assign(): void {
    const { worker } = this.#idle.at(-1) as { worker: Worker };
    if (!worker.isIdle) return void this.#idle.pop();
    const waiting = this.#queue.shift() as Waiting;
    const { begin, settle } = waiting;
    const invocation = begin();
    if (!invocation) return this.#settleBooted(waiting, worker);
    this.#idle.pop();
    void worker.run(invocation).then((result) => {
      settle(result);
      if (this.#outdated.has(worker)) worker.kill();
    });
  }

  #start(): void {
    const worker = new Worker({
      ...this.#options,
      onIdle: (idle) => this.#onIdle(idle),
      onShortage: (ended, shortage) => this.#onShortage(ended, shortage),
      onEnd: (ended, initFailure) => this.#onEnd(ended, initFailure),
    });
    this.#workers.add(worker);
  }

  #onIdle(worker: Worker): void {
    if (this.#outdated.has(worker)) return worker.kill();
    this.#idle.push({ worker, sinceMs: performance.now() });
    this.#armReaper();
    this.#pump();
  }

  /** A process that could not be started is not a failure of the function: it is started later. */
  #onShortage(worker: Worker, shortage: string): void {
    this.#outdated.add(worker);
    if (this.#isClosed || this.#shortage !== undefined) return;
    const { fn, log } = this.#options;
    if (performance.now() - this.#toldShortageMs > SHORTAGE_QUIET_MS) {
      log({ functionName: fn.name, stream: 'stderr', text: shortageText(shortage) });
      this.#toldShortageMs = performance.now();
    }
    this.#shortage = setTimeout(() => {
      this.#shortage = undefined;
      this.#pump();
    }, SHORTAGE_PAUSE_MS);
  }

  /**
   * On Lambda, the invocation for which a sandbox was started fails with it; here it is the one that has waited
   * longest.
   */
  #onEnd(worker: Worker, initFailure?: (requestId: string) => FunctionFailure): void {
    const wasOutdated = this.#outdated.delete(worker);
    this.#workers.delete(worker);
    this.#idle = this.#idle.filter((idle) => idle.worker !== worker);
    if (initFailure && !wasOutdated) {
      this.#fail(this.#queue.shift(), initFailure, worker);
    }
    if (!this.#isClosed) this.#pump();
  }

  #settleBooted({ settle, onInitFailure }: Waiting, worker: Worker): void {
    if (onInitFailure && worker.initFailure) onInitFailure(worker.initFailure, worker.output());
    else settle(undefined);
  }

  #fail(waiting: Waiting | undefined, initFailure: (requestId: string) => FunctionFailure, worker: Worker): void {
    if (waiting?.onInitFailure) return waiting.onInitFailure(initFailure(BOOT_REQUEST_ID), worker.output());
    const invocation = waiting?.begin();
    waiting?.settle(invocation && initFailure(invocation.requestId));
  }

  #unqueue(waiting: Waiting): boolean {
    const index = this.#queue.indexOf(waiting);
    if (index >= 0) this.#queue.splice(index, 1);
    return index >= 0;
  }

  /** One timer for the pool, for the worker that has been idle longest; it keeps no process alive. */
  #armReaper(): void {
    const [oldest] = this.#idle;
    if (this.#reaper !== undefined || oldest === undefined) return;
    const dueMs = oldest.sinceMs + this.#options.idleMs - performance.now();
    this.#reaper = setTimeout(() => this.#reap(), Math.max(1, dueMs)).unref();
  }

  #reap(): void {
    this.#reaper = undefined;
    const agedMs = performance.now() - this.#options.idleMs;
    for (const { worker, sinceMs } of this.#idle) if (sinceMs <= agedMs) worker.kill();
    this.#idle = this.#idle.filter(({ sinceMs }) => sinceMs > agedMs);
    this.#armReaper();
  }
}

function killed(requestId: string): FunctionFailure {
  return exited(requestId, { code: null, signal: 'SIGKILL' });
}
