// The reader's terminals: one in which commands end, and one in which a server keeps running.
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** For what hangs. */
const COMMAND_TIMEOUT_MS = 600_000;
const SERVER_START_MS = 120_000;

export class Shell {
  #directory;
  #environment;
  #servers = [];

  constructor(directory, environment) {
    this.#directory = directory;
    this.#environment = environment;
  }

  write({ file, text }) {
    const path = join(this.#directory, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }

  /** @returns what the command printed; one that fails throws with it */
  async type(command) {
    const folder = /^cd (\S+)$/.exec(command)?.[1];
    if (folder !== undefined) {
      this.#directory = resolve(this.#directory, folder);
      return '';
    }
    const { ended, output } = this.#spawn(command);
    const timer = setTimeout(() => this.#kill(ended.child), COMMAND_TIMEOUT_MS);
    const status = await ended;
    clearTimeout(timer);
    if (status !== 0) throw new Error(`${command} ended with ${status}:\n${output()}`);
    return output();
  }

  /** Starts what does not end by itself, and waits for the line that says that it is there. */
  async serve(command, sign) {
    const { ended, output, child } = this.#spawn(command);
    this.#servers.push({ child, ended });
    const deadline = AbortSignal.timeout(SERVER_START_MS);
    const told = new Promise((done, fail) => {
      child.stdout.on('data', () => sign.test(output()) && done());
      deadline.addEventListener('abort', () => fail(new Error(`${command} has not started:\n${output()}`)));
    });
    await Promise.race([
      told,
      ended.then((status) => {
        throw new Error(`${command} ended with ${status}:\n${output()}`);
      }),
    ]);
  }

  /** Ends the servers, and waits for their end. */
  async close() {
    for (const { child } of this.#servers) this.#kill(child);
    await Promise.all(this.#servers.splice(0).map(({ ended }) => ended));
  }

  #spawn(command) {
    const child = spawn('sh', ['-c', command], {
      cwd: this.#directory,
      env: { ...process.env, ...this.#environment },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true, // A separate process group, so that what `npx` starts ends with it.
    });
    let text = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (text += chunk));
    const ended = new Promise((done) => child.once('close', (status, signal) => done(status ?? signal)));
    return { child, ended: Object.assign(ended, { child }), output: () => text };
  }

  #kill(child) {
    try {
      process.kill(-child.pid, 'SIGTERM');
    } catch {
      // It has ended already.
    }
  }
}
