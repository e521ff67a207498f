import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { LmdbStore } from './lmdb-store.js';
import type { Store } from './store.js';

const LOCK_FILE = 'service.pid';

/** Of this process, whose number in a lock may also be that of a killed predecessor (it is always 1 in a container). */
const openHere = new Set<string>();

/**
 * Opens the store that lives in a directory, which is made when it is not there.
 *
 * @throws {Error} when `lmdb` is not installed, or another running service uses the directory
 */
export async function openDataDirectory(directory: string): Promise<Store> {
  const lmdb = await loadLmdb();
  await mkdir(directory, { recursive: true });
  const lock = resolve(directory, LOCK_FILE);
  await takeLock(lock, directory);
  const store = new LmdbStore(lmdb.open({ path: join(directory, 'executions.lmdb') }));
  return releasing(store, lock);
}

async function loadLmdb(): Promise<typeof import('lmdb')> {
  try {
    return await import('lmdb');
  } catch (cause) {
    const message = 'A data directory needs the package `lmdb`, which is not installed: npm install --save-dev lmdb';
    throw new Error(message, { cause });
  }
}

/** Two services on one directory would each hold a half of the truth. */
async function takeLock(lock: string, directory: string): Promise<void> {
  try {
    await writeFile(lock, String(process.pid), { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    const holder = Number(await readFile(lock, 'utf8'));
    if (holder === process.pid ? openHere.has(lock) : isAlive(holder)) {
      throw new Error(
        `The data directory ${directory} is in use by process ${holder}. If that is no local service, delete ${lock}.`,
      );
    }
    await writeFile(lock, String(process.pid));
  }
  openHere.add(lock);
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function releasing(store: Store, lock: string): Store {
  const close = store.close.bind(store);
  return Object.assign(store, {
    close: async () => {
      await close();
      openHere.delete(lock);
      await rm(lock, { force: true });
    },
  });
}
