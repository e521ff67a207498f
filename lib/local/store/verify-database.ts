import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** @returns whether a separate process could read the whole database; its program exists once the package is built */
export async function isDatabaseWhole(
  path: string,
  checkerPath = fileURLToPath(new URL('./check-data.js', import.meta.url)),
): Promise<boolean> {
  const checker = spawn(process.execPath, [checkerPath, path], { stdio: 'ignore' });
  const [code] = (await once(checker, 'exit')) as [number | null];
  return code === 0;
}
