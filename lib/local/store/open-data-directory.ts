import { mkdir, open, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { RootDatabase } from 'lmdb';
import { DataDirectoryError, reasonOf } from './data-directory-error.js';
import { DATABASE_FILE, damaged, markClosed, markOpen, readFormat } from './data-format.js';
import { DataLock } from './data-lock.js';
import { ReservedSpace } from './reserved-space.js';
import type { UsedPages } from './reserved-space.js';
import { KeptDatabase } from './kept-database.js';
import { LmdbStore } from './lmdb-store.js';
import type { Store } from './store.js';
import { isDatabaseWhole } from './verify-database.js';

export interface DataDirectoryOptions {
  /**
   * The program that reads the data of a killed service before this process does.
   * @defaultValue the one in this package; it exists once the package is built
   */
  checkerPath?: string;
}

/**
 * Opens the store of a directory, which is created if it does not exist.
 *
 * @throws {DataDirectoryError} when the directory cannot be used: its content is not changed
 * @throws {Error} when `lmdb` is not installed
 */
export async function openDataDirectory(path: string, options: DataDirectoryOptions = {}): Promise<Store> {
  const lmdb = await loadLmdb();
  const directory = resolve(path);
  return explained(directory, async () => {
    await makeDirectory(directory);
    const { lock, former } = await DataLock.take(directory);
    try {
      return await openStore(lmdb, { directory, lock, former, ...options });
    } catch (error) {
      await lock.release();
      throw error;
    }
  });
}

/** Level by level: where nothing can be made, as below `/proc`, `mkdir()` of Node with `recursive` never ends. */
async function makeDirectory(path: string): Promise<void> {
  if (await isDirectory(path)) return;
  if (dirname(path) !== path) await makeDirectory(dirname(path));
  await mkdir(path).catch(async (error: unknown) => {
    // Another process may have made it meanwhile.
    if (!(await isDirectory(path))) throw error;
  });
}

function isDirectory(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

interface Opening extends DataDirectoryOptions {
  directory: string;
  lock: DataLock;
  former: string | undefined;
}

async function openStore(lmdb: typeof import('lmdb'), opening: Opening): Promise<Store> {
  const { directory, lock, former, checkerPath } = opening;
  const path = join(directory, DATABASE_FILE);
  const { isNew, isTrusted } = await readFormat(directory);
  // LMDB ends the process if it has no access to its lock.
  if (!isNew) for (const file of [path, `${path}-lock`]) await (await open(file, 'a')).close();
  if (!isNew && !isTrusted && !(await isDatabaseWhole(path, checkerPath)))
    throw damaged(directory, `${DATABASE_FILE} cannot be read to its end`);
  const size = new KnownSize(directory);
  if (isNew) await size.tell(0);
  const database: RootDatabase<Buffer> = lmdb.open({ path, encoding: 'binary' });
  const used = () => database.getStats() as UsedPages;
  const space = new ReservedSpace({ path, used, onSize: (bytes) => void size.tell(bytes) });
  const kept = new KeptDatabase({ database, space, directory, holderId: lock.id });
  if (former !== undefined) kept.takeOverFrom(former);
  return closing(new LmdbStore(kept), async () => {
    await size.told();
    if (!kept.hasFailed) await markClosed(directory);
    await lock.release();
  });
}

/** Records the minimum size of a database beside it while it grows, one write after the other. */
class KnownSize {
  readonly #directory: string;
  #telling = Promise.resolve();

  constructor(directory: string) {
    this.#directory = directory;
  }

  tell(bytes: number): Promise<void> {
    const telling = this.#telling.then(() => markOpen(this.#directory, bytes));
    // As on a full disk; the database itself will notice.
    this.#telling = telling.catch(() => undefined);
    return telling;
  }

  told(): Promise<void> {
    return this.#telling;
  }
}

/** Converts every refusal of the system or LMDB to a sentence about the directory. */
async function explained<T>(directory: string, opening: () => Promise<T>): Promise<T> {
  try {
    return await opening();
  } catch (cause) {
    if (cause instanceof DataDirectoryError) throw cause;
    const problem = `cannot be used: ${reasonOf(cause)}. Make room or give access, or name another directory.`;
    throw new DataDirectoryError(directory, problem, { cause });
  }
}

async function loadLmdb(): Promise<typeof import('lmdb')> {
  try {
    return await import('lmdb');
  } catch (cause) {
    const message = 'A data directory needs the package `lmdb`, which is not installed: npm install --save-dev lmdb';
    throw new Error(message, { cause });
  }
}

function closing(store: LmdbStore, afterwards: () => Promise<void>): Store {
  const close = store.close.bind(store);
  return Object.assign(store, {
    close: async () => {
      await close();
      await afterwards();
    },
  });
}
