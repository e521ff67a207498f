import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type { FunctionInvocation, FunctionResult } from './function-runtime.js';
import { LogTail } from './log-tail.js';
import { followLines } from './follow-lines.js';
import { shortageOf } from './shortage.js';
import type { RuntimeApiServer, RuntimeApiWorker, RuntimeInvocation } from './runtime-api-server.js';
import { exited, failure, timedOut } from './worker-failures.js';
import type { FunctionFailure, ProcessExit } from './worker-failures.js';
import { killProcessTree, launchWorkerProcess } from './worker-process.js';
import type { WorkerProcessOptions } from './worker-process.js';

/** A line of a function's output. */
export interface WorkerLogLine {
  functionName: string;
  /** The invocation that ran when the line was written; absent for lines of the start-up. */
  requestId?: string;
  stream: 'stdout' | 'stderr';
  text: string;
}

export interface WorkerOptions extends WorkerProcessOptions {
  api: RuntimeApiServer;
  /** How long the module may take to load. */
  initTimeoutMs: number;
  log: (line: WorkerLogLine) => void;
  onIdle: (worker: Worker) => void;
  /** No process could be started, because the system lacks a resource. */
  onShortage: (worker: Worker, shortage: string) => void;
  /** The process is gone; `initFailure` gives the reason, if it never requested an event. */
  onEnd: (worker: Worker, initFailure?: (requestId: string) => FunctionFailure) => void;
}

type Phase =
  | { name: 'starting' }
  | { name: 'idle'; handOut: (invocation: RuntimeInvocation) => void }
  | { name: 'busy'; requestId: string; settle: (result: FunctionResult) => void }
  /** Has responded and not requested the next event yet; until then its timeout is active. */
  | { name: 'answered' }
  | { name: 'ended' };

/** Beyond this, Node.js would fire a timer immediately. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** How long to wait for the last output of a process that did not start; a child process of it may hold the pipe. */
const LAST_WORDS_MS = 500;

/** One process of a function: starts it, runs one invocation at a time in it, and reports how it ended. */
export class Worker implements RuntimeApiWorker {
  /** Settles when the process is gone. */
  readonly ended: Promise<void>;
  readonly #options: WorkerOptions;
  readonly #process: ChildProcess;
  readonly #detach: () => void;
  #phase: Phase = { name: 'starting' };
  /** Ends a start-up or an invocation that takes too long. */
  #timer: NodeJS.Timeout | undefined;
  #lastRequestId: string | undefined;
  #logTail = new LogTail();
  /** Pass on what has been written without a line break. */
  readonly #flushes: (() => void)[] = [];
  /** Set once the worker will be killed: its later reports are ignored, and its invocation ends with this failure. */
  #sentence: ((requestId: string) => FunctionFailure) | undefined;
  #initFailure: FunctionFailure | undefined;

  constructor(options: WorkerOptions) {
    this.#options = options;
    const { address, detach } = options.api.attach(this);
    this.#detach = detach;
    this.#process = launchWorkerProcess(options, {
      runtimeApiAddress: address,
      workerId: randomBytes(16).toString('hex'),
    });
    void this.#follow('stdout', this.#process.stdout);
    const complaintsRead = this.#follow('stderr', this.#process.stderr);
    this.#limit(this.#granted(options.initTimeoutMs));
    this.ended = new Promise((resolve) => {
      this.#process.once('exit', (code, signal) => {
        killProcessTree(this.#process);
        if (this.#phase.name !== 'starting') return resolve(this.#onExit({ code, signal }));
        const lastWords = Promise.race([complaintsRead, delay(LAST_WORDS_MS)]);
        void lastWords.then(() => resolve(this.#onExit({ code, signal })));
      });
      // Without a process id nothing was started, and no `exit` will follow.
      this.#process.on('error', (error) => this.pid ?? resolve(this.#onSpawnError(error)));
    });
  }

  /** The failure of a preload, if the function reported one; the worker continues nevertheless. */
  get initFailure(): FunctionFailure | undefined {
    return this.#initFailure;
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  get isIdle(): boolean {
    return this.#phase.name === 'idle' && this.#sentence === undefined;
  }

  /** The end of its output in its last invocation, or while it started. */
  output(): string {
    return this.#logTail.text();
  }

  /** Starts up and will be idle then, unless it fails. */
  get isStarting(): boolean {
    return this.#phase.name === 'starting';
  }

  /** Has responded and is about to be idle again. */
  get isFinishing(): boolean {
    return this.#phase.name === 'answered' && this.#sentence === undefined;
  }

  /** Runs one invocation; the worker must be idle. Resolves when it has responded, or when its process is gone. */
  async run(invocation: FunctionInvocation): Promise<FunctionResult> {
    if (this.#phase.name !== 'idle') throw new Error(`A worker that is ${this.#phase.name} cannot take an invocation.`);
    const { handOut } = this.#phase;
    const { requestId, signal } = invocation;
    const timeoutMs = this.#granted(invocation.timeoutMs);
    this.#limit(timeoutMs);
    const onAbort = (): void => this.kill();
    signal?.addEventListener('abort', onAbort, { once: true });
    // What the last invocation has written may have arrived after its end.
    this.#flush();
    this.#lastRequestId = requestId;
    this.#initFailure = undefined;
    const logTail = (this.#logTail = new LogTail());
    try {
      const result = await new Promise<FunctionResult>((settle) => {
        this.#phase = { name: 'busy', requestId, settle };
        // eslint-disable-next-line no-restricted-properties -- the function reads the machine's clock, not the service's
        handOut({ ...invocation, clientContext: clientContextOf(invocation), deadlineMs: Date.now() + timeoutMs });
      });
      return {
        ...result,
        logTail: () => {
          // What is written later is of another invocation.
          if (this.#logTail === logTail) this.#flush();
          return logTail.text();
        },
      };
    } finally {
      signal?.removeEventListener('abort', onAbort);
    }
  }

  /** Kills the process and everything that it started, immediately, as Lambda ends a sandbox. */
  kill(sentence?: (requestId: string) => FunctionFailure): void {
    if (this.#phase.name === 'ended') return;
    this.#sentence ??= sentence ?? ((requestId) => exited(requestId, { code: null, signal: 'SIGKILL' }));
    killProcessTree(this.#process);
  }

  onNext(handOut: (invocation: RuntimeInvocation) => void): boolean {
    // Code of the function may call the Runtime API too; it must not end what runs.
    if (this.#phase.name === 'busy' || this.#phase.name === 'idle') return false;
    if (this.#sentence !== undefined) return true;
    clearTimeout(this.#timer);
    // The function may not run again for a long time, and its next output belongs to another invocation.
    this.#flush();
    this.#phase = { name: 'idle', handOut };
    this.#options.onIdle(this);
    return true;
  }

  onResponse(requestId: string, payload: string): boolean {
    return this.#settle(requestId, { kind: 'returned', payload });
  }

  onError(requestId: string, reported: FunctionFailure): boolean {
    return this.#settle(requestId, reported);
  }

  onInitError(reported: FunctionFailure): boolean {
    if (this.#phase.name !== 'starting') return false;
    this.#initFailure = reported;
    return true;
  }

  /** Under a debugger a function may stop at a breakpoint for any time. */
  #granted(timeoutMs: number): number {
    return this.#options.fn.inspectPort === undefined ? Math.min(timeoutMs, MAX_TIMER_MS) : MAX_TIMER_MS;
  }

  #limit(timeoutMs: number): void {
    this.#timer = setTimeout(() => this.kill((id) => timedOut(id, timeoutMs)), timeoutMs);
  }

  #settle(requestId: string, result: FunctionResult): boolean {
    const phase = this.#phase;
    if (phase.name !== 'busy' || phase.requestId !== requestId || this.#sentence !== undefined) return false;
    this.#phase = { name: 'answered' };
    phase.settle(result);
    return true;
  }

  #flush(): void {
    for (const flush of this.#flushes) flush();
  }

  #onSpawnError(error: Error): void {
    const shortage = shortageOf(error);
    if (shortage !== undefined) this.#options.onShortage(this, shortage);
    this.#end(() => failure('Runtime.SpawnError', `The process could not be started: ${error.message}`));
  }

  #onExit(exit: ProcessExit): void {
    this.#end(this.#sentence ?? ((requestId) => this.#initFailure ?? exited(requestId, exit)));
  }

  #end(cause: (requestId: string) => FunctionFailure): void {
    const phase = this.#phase;
    this.#phase = { name: 'ended' };
    this.#detach();
    clearTimeout(this.#timer);
    if (phase.name === 'busy') phase.settle(cause(phase.requestId));
    this.#options.onEnd(this, phase.name === 'starting' ? cause : undefined);
  }

  /** @returns settles when the stream has ended */
  async #follow(stream: WorkerLogLine['stream'], readable: Readable | null): Promise<void> {
    if (!readable) return;
    const { fn, log } = this.#options;
    const flush = followLines(readable, (text) => {
      this.#logTail.add(text);
      log({ functionName: fn.name, ...(this.#lastRequestId && { requestId: this.#lastRequestId }), stream, text });
    });
    this.#flushes.push(flush);
    await once(readable, 'close');
  }
}

/** The caller sends it as base64, the runtime receives it as JSON. */
function clientContextOf({ clientContext }: FunctionInvocation): string | undefined {
  return clientContext === undefined ? undefined : Buffer.from(clientContext, 'base64').toString('utf8');
}
