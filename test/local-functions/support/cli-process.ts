import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { dist, fixtures } from './worker-fixture.js';

/** The command line, as an installed package runs it. */
export class CliProcess {
  readonly lines: string[] = [];
  readonly complaints: string[] = [];
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;
  readonly #waiting = new Set<() => void>();
  /** Only then it has no more lines: those of a process that has exited may still be on their way. */
  #isClosed = false;

  constructor(args: readonly string[], { format = 'esm', cwd = fixtures, env = {}, program }: CliProcessOptions = {}) {
    const tool = [process.execPath, join(dist, format, 'local/cli/main.js')];
    const [file = '', ...rest] = [...(program === undefined ? tool : [program]), ...args];
    this.child = spawn(file, rest, { cwd, env: { ...process.env, ...env } });
    this.#collect(this.child.stdout, this.lines);
    this.#collect(this.child.stderr, this.complaints);
    this.ended = once(this.child, 'close').then(([code]) => code as number | null);
    this.child.once('close', () => {
      this.#isClosed = true;
      this.#wake();
    });
  }

  /** The first line that matches, now or later. */
  async line(pattern: RegExp): Promise<string> {
    for (;;) {
      const found = this.lines.find((line) => pattern.test(line));
      if (found !== undefined) return found;
      if (this.#isClosed) {
        throw new Error(`Ended without a line like ${pattern}:\n${[...this.lines, ...this.complaints].join('\n')}`);
      }
      await this.next();
    }
  }

  /** Settles with the next line, of either kind. */
  async next(): Promise<void> {
    if (this.#isClosed) throw new Error('The command has ended.');
    await new Promise<void>((resolve) => this.#waiting.add(resolve));
  }

  #collect(stream: NodeJS.ReadableStream | null, into: string[]): void {
    if (!stream) return;
    createInterface({ input: stream }).on('line', (line) => {
      into.push(line);
      this.#wake();
    });
  }

  #wake(): void {
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }
}

export interface CliProcessOptions {
  format?: 'esm' | 'cjs';
  cwd?: string;
  env?: Record<string, string>;
  /** Runs instead of the command line tool, and starts that itself. */
  program?: string;
}
