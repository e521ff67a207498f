import { readdir, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';

/** The code of a directory, as seen from its file system. */
export interface CodeFingerprint {
  /** The directories that contain code or may contain it later, by path, with their inodes. */
  directories: Map<string, bigint>;
  /** Differs when a code file has been added, removed or written; empty when there is none. */
  code: string;
}

const CODE = new Set(['.js', '.mjs', '.cjs', '.ts', '.mts', '.cts', '.json', '.node', '.wasm']);

/** Whether a change of this file can change the behaviour of a function. */
export function isCodeFile(path: string): boolean {
  return CODE.has(extname(path));
}

/** Reads a directory and everything below, except installed packages and hidden directories. */
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

/** Whether what is in a directory of this name is not read. */
export function isSkipped(directoryName: string): boolean {
  return directoryName === 'node_modules' || directoryName.startsWith('.');
}

/** A build removes files and directories while they are read. */
function ignoringVanished(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
