// One measured run in a separate process: the program prints its measures as the last line of its output.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * @param program beside this folder, or an absolute path
 * @param flags of V8. With any of them, Node compiles its own modules from their sources, which takes 25 ms of a start
 */
export async function runFresh(program, args = [], { env = {}, flags = [] } = {}) {
  const path = program.startsWith('/') ? program : fileURLToPath(new URL(`../${program}`, import.meta.url));
  const { stdout } = await run(process.execPath, [...flags, path, ...args], {
    env: { ...process.env, NODE_OPTIONS: '', ...env },
    maxBuffer: 64 * 1024 * 1024,
  });
  return JSON.parse(stdout.trim().split('\n').at(-1));
}

/** The other side of `runFresh`. It ends the process, whatever still runs in it. */
export function report(measures) {
  process.stdout.write(`\n${JSON.stringify(measures)}\n`, () => process.exit(0));
}
