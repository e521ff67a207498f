import type { Key, RangeOptions, RootDatabase } from 'lmdb';
import { DataDirectoryError, reasonOf } from './data-directory-error.js';
import { damaged } from './data-format.js';
import type { DataRoom } from './data-room.js';
import { DamagedValueError, fromStored, toStored } from './stored-value.js';

export interface KeptDatabaseOptions {
  database: RootDatabase<Buffer>;
  room: DataRoom;
  /** Named in errors. */
  directory: string;
  /** Whoever holds the directory. */
  holderId: string;
}

/** A value to be written, or a key to be removed. */
export interface KeptChange {
  key: Key;
  /** `undefined` removes the key. */
  value: unknown;
}

/** First member of the keys that name former holders whose writes are refused. */
const REFUSED = 'refused';

/** An LMDB database whose values carry checksums, and which fails in sentences about its directory. */
export class KeptDatabase {
  readonly #options: KeptDatabaseOptions;
  #hasFailed = false;

  constructor(options: KeptDatabaseOptions) {
    this.#options = options;
  }

  /** Whether a write has failed, after which the database takes no other. */
  get hasFailed(): boolean {
    return this.#hasFailed;
  }

  get<T>(key: Key): T | undefined {
    const stored = this.#options.database.get(key);
    return stored && (this.#read(stored) as T);
  }

  *values<T>(range: RangeOptions): Iterable<T> {
    for (const { value } of this.#options.database.getRange(range)) yield this.#read(value) as T;
  }

  keys<K extends Key>(range: RangeOptions): Iterable<K> {
    return this.#options.database.getKeys(range) as Iterable<K>;
  }

  /**
   * Writes all or nothing, in the order of calls; those that are asked for together are written and flushed together.
   *
   * @throws {DataDirectoryError} when the disk is full, or another service has taken the directory over
   */
  async write(changes: readonly KeptChange[]): Promise<void> {
    try {
      if (changes.length > 0) await this.#commit(changes);
      await this.#options.database.flushed;
    } catch (error) {
      this.#hasFailed = true;
      throw await this.#told(error);
    }
  }

  /** A former holder of the directory, of which nobody knows whether it is gone, can write no more. */
  async refuseWritesOf(holderId: string): Promise<void> {
    await this.write([{ key: [REFUSED, holderId], value: true }]);
  }

  async close(): Promise<void> {
    const { database, room } = this.#options;
    room.close();
    // LMDB would wait for ever for what it could not write.
    if (!this.#hasFailed) await database.close();
  }

  async #commit(changes: readonly KeptChange[]): Promise<void> {
    const { database, room, holderId } = this.#options;
    const stored = changes.map(({ key, value }) => ({ key, value: value === undefined ? undefined : toStored(value) }));
    const giveBack = room.reserve(stored.map(({ value }) => value?.length ?? 0));
    const isHolder = await database.ifNoExists([REFUSED, holderId], () => {
      for (const { key, value } of stored) {
        const written = value ? database.put(key, value) : database.remove(key);
        // All share the fate of the whole, which is awaited.
        written.catch(() => undefined);
      }
    });
    giveBack();
    if (!isHolder) throw new TakenOverError();
  }

  #read(stored: Buffer): unknown {
    try {
      return fromStored(stored);
    } catch (cause) {
      if (!(cause instanceof DamagedValueError)) throw cause;
      throw damaged(this.#options.directory, 'a value is not what was written', { cause });
    }
  }

  async #told(error: unknown): Promise<DataDirectoryError> {
    const { directory } = this.#options;
    if (error instanceof DataDirectoryError) return error;
    if (error instanceof TakenOverError) {
      return new DataDirectoryError(directory, 'was taken over by another service. Let only one use it at a time.');
    }
    // LMDB tells the reason by a promise that is rejected with it.
    const { commitError } = Object(error) as { commitError?: Promise<never> };
    const cause = commitError === undefined ? error : await commitError.catch((reason: unknown) => reason);
    const problem = `cannot be written: ${reasonOf(cause)}. All that was acknowledged is kept: make room and start again.`;
    return new DataDirectoryError(directory, problem, { cause });
  }
}

class TakenOverError extends Error {}
