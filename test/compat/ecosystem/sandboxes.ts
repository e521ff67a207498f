import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';

/** Where the invocations of a function run. */
export interface Sandboxes {
  handle(event: unknown, context: object): Promise<unknown>;
  close(): void;
}

const PROGRAM = join(dirname(process.argv[1]!), 'sandbox.js');

/** One process, which handles one invocation after the other. */
export class Sandbox implements Sandboxes {
  readonly #process: ChildProcess;
  readonly #ended: Promise<never>;
  #last: Promise<unknown> = Promise.resolve();

  constructor(modulePath: string, env: NodeJS.ProcessEnv) {
    this.#process = fork(PROGRAM, [modulePath], { env, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    this.#ended = once(this.#process, 'exit').then(([code]) => {
      throw new Error(`the sandbox has ended with ${code}`);
    });
    this.#ended.catch(() => undefined);
  }

  handle(event: unknown, context: object): Promise<unknown> {
    const { awsRequestId, functionName, functionVersion, invokedFunctionArn } = context as Record<string, string>;
    const sent = { awsRequestId, functionName, functionVersion, invokedFunctionArn };
    this.#last = this.#last.then(() => this.#ask({ event, context: sent }));
    return this.#last;
  }

  /** What its module says of itself, without its handler. */
  describe(): Promise<unknown> {
    return this.#ask('describe');
  }

  close(): void {
    this.#process.disconnect();
  }

  async #ask(invocation: object | string): Promise<unknown> {
    this.#process.send(invocation);
    const [{ result, error }] = (await Promise.race([once(this.#process, 'message'), this.#ended])) as [
      { result: unknown; error?: string },
    ];
    if (error !== undefined) throw new Error(error);
    return result;
  }
}

/** A new process for each invocation. */
export class OneSandboxEach implements Sandboxes {
  constructor(
    private readonly modulePath: string,
    private readonly env: NodeJS.ProcessEnv,
  ) {}

  async handle(event: unknown, context: object): Promise<unknown> {
    const sandbox = new Sandbox(this.modulePath, this.env);
    try {
      return await sandbox.handle(event, context);
    } finally {
      sandbox.close();
    }
  }

  close(): void {}
}
