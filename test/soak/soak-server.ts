import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { FaultRule } from '../../lib/local/index.js';

export interface SoakServerOptions {
  /** Holds the data and the journal. */
  directory: string;
  journal: string;
  /** Module of the SDK that the functions are written against. */
  sdk: string;
  timeScale: number;
  faults: readonly FaultRule[];
  /** Root of the checkout. */
  root: string;
}

/** The service under test: it can be killed at any moment, and starts again on the same data and the same port. */
export class SoakServer {
  readonly #options: SoakServerOptions;
  #process: ChildProcess | undefined;
  #port = 0;
  #generation = 0;

  constructor(options: SoakServerOptions) {
    this.#options = options;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get generation(): number {
    return this.#generation;
  }

  async start(): Promise<void> {
    this.#generation += 1;
    const { root } = this.#options;
    const child = spawn(process.execPath, [`${root}/test/soak/server.mjs`, JSON.stringify(this.#serviceOptions())], {
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    });
    this.#process = child;
    const ended = once(child, 'exit').then(([code, signal]) => {
      throw new Error(`The service ended while starting: ${code ?? signal}`);
    });
    const [line] = (await Promise.race([once(child.stdout!, 'data'), ended])) as [Buffer];
    ended.catch(() => undefined);
    this.#port = Number(new URL(line.toString().trim()).port);
  }

  /** Kills the service without warning; resolves when it is gone. */
  async kill(): Promise<void> {
    const child = this.#process!;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }

  #serviceOptions(): object {
    const { directory, journal, sdk, timeScale, faults, root } = this.#options;
    const environment = {
      SOAK_SDK: sdk,
      SOAK_JOURNAL: journal,
      SOAK_GENERATION: String(this.#generation),
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    };
    const module = fileURLToPath(new URL(`file://${root}/test/soak/functions.mjs`));
    return {
      port: this.#port,
      dataDirectory: `${directory}/data`,
      timeScale,
      faults,
      retryPolicy: { maxAttempts: 1000, maxDelaySeconds: 2, maxInvalidOutputs: 1 },
      functions: {
        durable: {
          module,
          export: 'durable',
          concurrency: 3,
          environment,
          durable: { executionTimeoutSeconds: 86_400 },
        },
        plain: { module, export: 'plain', concurrency: 1, environment },
      },
    };
  }
}
