import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { nodeFlags } from './node-flags.js';
import { workerEnvironment } from './worker-environment.js';
import type { WorkerIdentity, WorkerSurroundings } from './worker-environment.js';
import type { WorkerFunction } from './worker-function-definition.js';

/** Windows has no process groups, and gives a detached process a window. */
const HAS_PROCESS_GROUPS = process.platform !== 'win32';

export interface WorkerProcessOptions {
  fn: WorkerFunction;
  surroundings: WorkerSurroundings;
  /** The program of the process. */
  bootstrapPath: string;
}

/** Starts the process of a worker. */
export function launchWorkerProcess(options: WorkerProcessOptions, identity: WorkerIdentity): ChildProcess {
  const { fn, surroundings, bootstrapPath } = options;
  const env = workerEnvironment(fn, surroundings, identity);
  return spawn(process.execPath, [...nodeFlags(fn, env), bootstrapPath, fn.modulePath, fn.exportName], {
    cwd: surroundings.baseDirectory,
    env,
    // A separate group: the service itself handles Ctrl-C in its terminal, and the whole group can be killed.
    detached: HAS_PROCESS_GROUPS,
    // The fourth is the lifeline: it closes when the service dies, and the worker ends then.
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
}

/** Kills a process and everything that it has started. */
export function killProcessTree(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    if (HAS_PROCESS_GROUPS) process.kill(-child.pid, 'SIGKILL');
    else child.kill('SIGKILL');
  } catch (error) {
    // ESRCH: all gone. EPERM: macOS reports it for a group in which only dead processes are left.
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ESRCH' && code !== 'EPERM') throw error;
  }
}
