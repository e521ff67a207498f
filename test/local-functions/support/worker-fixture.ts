import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { FunctionInvocation, FunctionResult } from '../../../lib/local/functions/function-runtime.js';
import type { WorkerFunctionDefinition } from '../../../lib/local/functions/worker-function-definition.js';
import { WorkerFunctions } from '../../../lib/local/functions/worker-functions.js';
import type { WorkerFunctionsOptions } from '../../../lib/local/functions/worker-functions-options.js';
import type { WorkerLogLine } from '../../../lib/local/functions/worker.js';

export const fixtures = fileURLToPath(new URL('../fixtures', import.meta.url));

/** The built package: Node.js 20 cannot run a worker from the TypeScript sources. */
export const dist = fileURLToPath(new URL('../../../dist', import.meta.url));

/** A runtime with one function called `f`, and a directory for what its workers leave behind. */
export class WorkerFixture {
  readonly log: WorkerLogLine[] = [];
  readonly #open: WorkerFunctions[] = [];

  private constructor(readonly directory: string) {}

  static async create(): Promise<WorkerFixture> {
    return new WorkerFixture(await mkdtemp(join(tmpdir(), 'durable-workers-')));
  }

  runtime(
    definition: Partial<WorkerFunctionDefinition>,
    options: Partial<WorkerFunctionsOptions> = {},
  ): WorkerFunctions {
    const functions = new WorkerFunctions({
      functions: [{ name: 'f', module: 'functions.mjs', ...definition }],
      serviceEndpoint: () => 'http://127.0.0.1:9999',
      baseDirectory: fixtures,
      bootstrapPath: join(dist, 'esm/local/functions/bootstrap/bootstrap.js'),
      log: (line) => this.log.push(line),
      ...options,
    });
    this.#open.push(functions);
    return functions;
  }

  /** A path in the directory of this fixture that does not exist yet. */
  newPath(): string {
    return join(this.directory, randomUUID());
  }

  async closeRuntimes(): Promise<void> {
    await Promise.all(this.#open.splice(0).map((functions) => functions.close()));
  }

  async remove(): Promise<void> {
    await this.closeRuntimes();
    await rm(this.directory, { recursive: true });
  }
}

export function invocation(event: unknown = {}, overrides: Partial<FunctionInvocation> = {}): FunctionInvocation {
  return {
    functionName: 'f',
    qualifier: '$LATEST',
    functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:f:$LATEST',
    requestId: randomUUID(),
    payload: JSON.stringify(event),
    timeoutMs: 60_000,
    ...overrides,
  };
}

/** What the function returned, parsed; anything else is a failure of the test. */
export function returned<T = unknown>(result: FunctionResult): T {
  if (result.kind === 'failed') throw new Error(`${result.errorType}: ${result.errorMessage}`);
  return JSON.parse(result.payload) as T;
}

/** The number that a worker writes to say where it is. */
export async function pidWrittenTo(path: string): Promise<number> {
  await until(() => existsSync(path) && readFileSync(path, 'utf8') !== '');
  return Number(readFileSync(path, 'utf8'));
}

/** A process that has ended, but whose parent has not taken notice, is not alive. */
export function isAlive(pid: number): boolean {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' });
  return /^[^Z]/.test(stdout.trim());
}

/** Waits for what another process does, which sends no signal here. */
export async function until(condition: () => boolean, limitMs = 60_000): Promise<void> {
  for (let waitedMs = 0; !condition(); waitedMs += 5) {
    if (waitedMs > limitMs) throw new Error(`Still not so after ${limitMs} ms: ${condition}`);
    await delay(5);
  }
}
