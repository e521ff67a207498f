import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import type { Operation } from '../../../lib/wire/operation.js';
import type { Seen } from '../support/path.js';
import type { Chain } from '../support/program.js';

/** An execution to be invoked once more: of a written program, or of a random one. */
export interface ColdReplay {
  operations: readonly Operation[];
  /** Of the written program. */
  name?: string;
  /** The random program, and what its code has seen so far. */
  program?: Chain;
  path?: readonly Seen[];
}

export interface ColdRun {
  status: string;
  /** What the execution has come to. */
  result?: unknown;
  /** What the invocation has recorded, as `STEP START name`. */
  updates: string[];
  /** What the code of a written program has seen. */
  seen?: string[];
  /** Why the invocation has not taken the path of those before. */
  error?: string;
}

const MOST_BYTES = 2 ** 30;

/** Replays executions in a process that has not run before: one for all of them, since most of its time goes to its start. */
export function replayCold(replays: readonly ColdReplay[]): ColdRun[] {
  const folder = mkdtempSync(join(tmpdir(), 'cold-'));
  try {
    const outfile = join(folder, 'cold-process.mjs');
    const entry = fileURLToPath(new URL('./cold-process.ts', import.meta.url));
    buildSync({
      entryPoints: [entry],
      outfile,
      bundle: true,
      platform: 'node',
      format: 'esm',
      packages: 'external',
      tsconfigRaw: {},
    });
    const { stdout, stderr, status } = spawnSync(process.execPath, [outfile], {
      input: JSON.stringify(replays),
      encoding: 'utf8',
      maxBuffer: MOST_BYTES,
    });
    if (status !== 0) throw new Error(`the cold process ended with ${status}: ${stderr}`);
    return JSON.parse(stdout) as ColdRun[];
  } finally {
    rmSync(folder, { recursive: true });
  }
}
