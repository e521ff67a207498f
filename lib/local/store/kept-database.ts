import type { Key, RangeOptions, RootDatabase } from 'lmdb';
import { DataDirectoryError, reasonOf } from './data-directory-error.js';
import { damaged } from './data-format.js';
import type { ReservedSpace } from './reserved-space.js';
import { DamagedValueError, fromStored, toStored } from './stored-value.js';

export interface KeptDatabaseOptions {
  database: RootDatabase<Buffer>;
  space: ReservedSpace;
  /** Named in errors. */
  directory: string;
  /** The holder of the directory's lock. */
  holderId: string;
}

/** A value to write, or a key to remove. */
export interface KeptChange {
  key: Key;
  /** `undefined` removes the key. */
  value: unknown;
}

/** The first member of the keys of former holders whose writes are refused. */
const REFUSED = 'refused';
/** The holder that was the last to take the directory over. */
const TAKEN_BY = 'taken-by';

const DELETED = 'was deleted while a service used it, and all that it held is lost. Start the service again.';

/** An LMDB database whose values have checksums, and whose errors name its directory. */
export class KeptDatabase {
  readonly #options: KeptDatabaseOptions;
  #hasFailed = false;

  constructor(options: KeptDatabaseOptions) {
    this.#options = options;
  }

  /** Whether a write has failed, after which the database accepts no other, or the file was gone when it was closed. */
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
   * Writes all or nothing, in the order of calls; concurrent writes are written and flushed together.
   *
   * @throws {DataDirectoryError} when the disk is full, the directory was deleted, or another service has taken it over
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

  /**
   * Refuses all later writes of a former holder that may still run, and of a service that has taken the directory over
   * from it at the same time.
   */
  takeOverFrom(holderId: string): void {
    const { database, space, holderId: own } = this.#options;
    const giveBack = space.reserve([own.length, own.length, own.length]);
    database.transactionSync(() => {
      for (const id of [holderId, this.get<string>(TAKEN_BY)]) if (id) database.putSync([REFUSED, id], toStored(true));
      database.putSync(TAKEN_BY, toStored(own));
    });
    giveBack();
  }

  async close(): Promise<void> {
    const { database, space } = this.#options;
    const isDeleted = space.isDeleted();
    space.close();
    // LMDB would wait for ever for what it could not write.
    if (!this.#hasFailed) await database.close();
    this.#hasFailed ||= isDeleted;
  }

  async #commit(changes: readonly KeptChange[]): Promise<void> {
    const { database, space, directory, holderId } = this.#options;
    if (space.isDeleted()) throw new DataDirectoryError(directory, DELETED);
    const stored = changes.map(({ key, value }) => ({ key, value: value === undefined ? undefined : toStored(value) }));
    const giveBack = space.reserve(stored.map(({ value }) => value?.length ?? 0));
    const isHolder = await database.ifNoExists([REFUSED, holderId], () => {
      for (const { key, value } of stored) {
        const written = value ? database.put(key, value) : database.remove(key);
        // The whole write is awaited, and all parts succeed or fail with it.
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
      throw damaged(this.#options.directory, 'a value differs from what was written', { cause });
    }
  }

  async #told(error: unknown): Promise<DataDirectoryError> {
    const { directory } = this.#options;
    if (error instanceof DataDirectoryError) return error;
    if (error instanceof TakenOverError) {
      return new DataDirectoryError(directory, 'was taken over by another service. Let only one use it at a time.');
    }
    // LMDB reports the reason by a promise that is rejected with it.
    const { commitError } = Object(error) as { commitError?: Promise<never> };
    const cause = commitError === undefined ? error : await commitError.catch((reason: unknown) => reason);
    const problem = `cannot be written: ${reasonOf(cause)}. All that was acknowledged is kept: make room and start again.`;
    return new DataDirectoryError(directory, problem, { cause });
  }
}

class TakenOverError extends Error {}
