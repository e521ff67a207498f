import { fileURLToPath } from 'node:url';
import { availableParallelism } from 'node:os';
import { assertWorkerOptions } from '../check-service-options.js';
import { CodeWatcher } from './code-watcher.js';
import type { FunctionResult, FunctionInvocation, FunctionRuntime, QueuedInvocation } from './function-runtime.js';
import { RuntimeApiServer } from './runtime-api-server.js';
import { shortageText } from './shortage.js';
import { exited, failure } from './worker-failures.js';
import { toWorkerFunction } from './worker-function-definition.js';
import type { WorkerFunctionDefinition } from './worker-function-definition.js';
import { WorkerPool } from './worker-pool.js';
import type { WorkerFunctionsOptions } from './worker-functions-options.js';

/**
 * Runs functions as Lambda does: each in separate processes, which talk to a Runtime API and stay warm between
 * invocations. They can time out, crash, run out of memory or be killed without harm to the service.
 */
export class WorkerFunctions implements FunctionRuntime {
  readonly #api = new RuntimeApiServer();
  readonly #pools = new Map<string, WorkerPool>();
  /** By the directory that they watch. */
  readonly #watchers = new Map<string, CodeWatcher>();
  readonly #options: WorkerFunctionsOptions;
  #isClosed = false;

  /** @throws {TypeError} for a wrong option */
  constructor(options: WorkerFunctionsOptions) {
    assertWorkerOptions(options);
    this.#options = options;
  }

  /** Starts every function once, a few at a time, if there is a listener for those that do not start. */
  start(): void {
    if (!this.#options.onBootFailure) return;
    const names = this.#options.functions.map(({ name }) => name);
    const bootRest = async (): Promise<void> => {
      for (let name = names.shift(); name !== undefined; name = names.shift()) await this.#boot(name);
    };
    for (let lane = 0; lane < availableParallelism(); lane += 1) void bootRest();
  }

  async invoke(invocation: FunctionInvocation): Promise<FunctionResult> {
    const { functionName, signal, requestId } = invocation;
    const queued = { functionName, signal, begin: () => invocation };
    return (await this.enqueue(queued)) ?? exited(requestId, { code: null, signal: 'SIGKILL' });
  }

  async enqueue({ functionName, signal, begin }: QueuedInvocation): Promise<FunctionResult | undefined> {
    const { promise: ended, settle } = told();
    const beginTold = () => {
      const invocation = begin();
      if (invocation) this.#options.onInvocation?.(invocation, ended);
      return invocation;
    };
    const result = await this.#run({ functionName, signal, begin: beginTold });
    if (result) settle(result);
    return result;
  }

  /** Process ids of a function's workers, or of all workers. */
  pids(functionName?: string): number[] {
    return this.#select(functionName).flatMap((pool) => pool.pids());
  }

  /** Kills the workers of a function, or all, while they work; returns how many. */
  killWorkers(functionName?: string): number {
    return this.#select(functionName).reduce((count, pool) => count + pool.killWorkers(), 0);
  }

  /** Uses changed code: busy workers finish, later invocations run in new ones. */
  reload(functionName?: string): void {
    for (const pool of this.#select(functionName)) pool.outdate();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#watchers.values(), ...this.#pools.values()].map((open) => open.close()));
    await this.#api.close();
  }

  async #boot(functionName: string): Promise<void> {
    const { onBootFailure } = this.#options;
    if (!onBootFailure) return;
    await this.#api.listen((shortage) => this.#tellShortage(functionName, shortage));
    const pool = await this.#watchedPoolOf(functionName);
    const failed = await pool?.boot();
    if (failed && !this.#isClosed) onBootFailure(functionName, failed);
  }

  async #run(queued: QueuedInvocation): Promise<FunctionResult | undefined> {
    await this.#api.listen((shortage) => this.#tellShortage(queued.functionName, shortage));
    const pool = await this.#watchedPoolOf(queued.functionName);
    if (this.#isClosed) return undefined;
    if (pool) return pool.enqueue(queued);
    const invocation = queued.begin();
    return invocation && failure('ResourceNotFoundException', `Function not found: ${invocation.functionArn}`);
  }

  #tellShortage(functionName: string, shortage: string): void {
    this.#options.log?.({ functionName, stream: 'stderr', text: shortageText(shortage) });
  }

  #select(functionName: string | undefined): WorkerPool[] {
    return [...this.#pools].filter(([name]) => name === (functionName ?? name)).map(([, pool]) => pool);
  }

  /** Workers start only when their code is known, so that each later change is seen as one. */
  async #watchedPoolOf(functionName: string): Promise<WorkerPool | undefined> {
    const pool = this.#isClosed ? undefined : this.#poolOf(functionName);
    if (pool) await this.#watchers.get(pool.codeDirectory)?.ready();
    return this.#isClosed ? undefined : pool;
  }

  #poolOf(functionName: string): WorkerPool | undefined {
    const existing = this.#pools.get(functionName);
    if (existing) return existing;
    const definition = this.#options.functions.find(({ name }) => name === functionName);
    if (definition === undefined) return undefined;
    const pool = this.#createPool(definition);
    this.#pools.set(functionName, pool);
    this.#watch(pool.codeDirectory);
    return pool;
  }

  #watch(directory: string): void {
    const { watch } = this.#options;
    if (!watch || this.#watchers.has(directory)) return;
    const onChange = (): void => {
      for (const [name, pool] of this.#pools) {
        if (pool.codeDirectory !== directory) continue;
        pool.outdate();
        watch.onReload(name);
        void this.#boot(name);
      }
    };
    this.#watchers.set(directory, new CodeWatcher({ directory, onChange, onError: watch.onError }));
  }

  #createPool(definition: WorkerFunctionDefinition): WorkerPool {
    const { serviceEndpoint, baseDirectory = process.cwd(), region = 'us-east-1', bootstrapPath } = this.#options;
    return new WorkerPool({
      fn: toWorkerFunction(definition, baseDirectory),
      api: this.#api,
      surroundings: { serviceEndpoint: serviceEndpoint(), region, baseDirectory, inherited: process.env },
      bootstrapPath: bootstrapPath ?? fileURLToPath(new URL('./bootstrap/bootstrap.js', import.meta.url)),
      initTimeoutMs: this.#options.initTimeoutMs ?? 60_000,
      idleMs: this.#options.idleMs ?? 300_000,
      log: this.#options.log ?? (() => undefined),
    });
  }
}

/** A promise of a later result. */
function told(): { promise: Promise<FunctionResult>; settle: (result: FunctionResult) => void } {
  let settle: (result: FunctionResult) => void = () => undefined;
  const promise = new Promise<FunctionResult>((resolve) => (settle = resolve));
  return { promise, settle };
}
