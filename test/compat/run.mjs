import { spawn } from 'node:child_process';

/** What a process wrote, and how it ended. @param options.timeoutMs for what hangs */
export function outcome(command, args, { cwd, nodeOptions = '', timeoutMs = 600_000 } = {}) {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, NODE_OPTIONS: nodeOptions };
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], timeout: timeoutMs });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
    child.once('error', reject);
    child.once('close', (status, signal) => resolve({ status, signal, output }));
  });
}

/** Runs a program that has to succeed. */
export async function run(command, args, options) {
  const { status, signal, output } = await outcome(command, args, options);
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status ?? signal}:\n${output}`);
  return output;
}
