import { readdir, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';

/** What the code of a directory looks like from outside. */
export interface CodeFingerprint {
  /** The directories that hold code or may come to, by path, with their inodes. */
  directories: Map<string, bigint>;
  /** Differs when a file of code has been added, removed or written; empty when there is none. */
  code: string;
}

const CODE = new Set(['.js', '.mjs', '.cjs', '.ts', '.mts', '.cts', '.json', '.node', '.wasm']);

/** Whether a change of this file can change what a function does. */
export function isCodeFile(path: string): boolean {
  return CODE.has(extname(path));
}

/** Looks at a directory and all below, but neither at installed packages nor at hidden directories. */
export async function fingerprintOf(root: string): Promise<CodeFingerprint> {
  const directories = new Map<string, bigint>();
  const files: string[] = [];
  const visit = async (directory: string): Promise<void> => {
    const entries = await readdir(directory, { withFileTypes: true });
    directories.set(directory, (await stat(directory, { bigint: true })).ino);
    for (const entry of entries) {
      const path = join(directory, entry.name);
      if (entry.isDirectory() && !isSkipped(entry.name)) await visit(path).catch(ignoringVanished);
      if (entry.isFile() && isCodeFile(path)) files.push((await describe(path).catch(ignoringVanished)) ?? '');
    }
  };
  await visit(root).catch(ignoringVanished);
  return { directories, code: files.sort().join('\n') };
}

async function describe(path: string): Promise<string> {
  const { mtimeNs, size } = await stat(path, { bigint: true });
  return `${path} ${mtimeNs} ${size}`;
}

function isSkipped(directoryName: string): boolean {
  return directoryName === 'node_modules' || directoryName.startsWith('.');
}

/** A build removes files and directories while they are looked at. */
function ignoringVanished(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
