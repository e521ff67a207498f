import { closeSync, fstatSync, openSync, writeSync } from 'node:fs';

const CHUNK_BYTES = 256 * 1024;
const ZEROS = Buffer.alloc(CHUNK_BYTES);

/** The overhead of a value: the pages on its path through the tree, each copied, and the rest of its last page. */
const OVERHEAD_BYTES = 6 * 4096;

/** The used part of a database. */
export interface UsedPages {
  lastPageNumber: number;
  pageSize: number;
}

export interface ReservedSpaceOptions {
  path: string;
  used: () => UsedPages;
  /** Called with the file's size, now and whenever it has grown. */
  onSize: (bytes: number) => void;
}

/**
 * Keeps the file larger than LMDB's used part by the size of all pending writes. So a full disk shows here, as an error
 * of the system, before LMDB starts something that it could not finish.
 */
export class ReservedSpace {
  readonly #file: number;
  readonly #options: ReservedSpaceOptions;
  #bytes: number;
  /** Bytes of the pending writes. */
  #promisedBytes = 0;

  constructor(options: ReservedSpaceOptions) {
    // Only at its end, whatever LMDB does meanwhile: existing data is never overwritten.
    this.#file = openSync(options.path, 'a');
    this.#options = options;
    this.#bytes = fstatSync(this.#file).size;
    options.onSize(this.#bytes);
    this.reserve([CHUNK_BYTES])();
  }

  /**
   * Makes room for values of these sizes.
   *
   * @returns a function that releases the unused rest, to be called after the write
   * @throws the system's error when there is none
   */
  reserve(valueBytes: readonly number[]): () => void {
    const bytes = valueBytes.reduce((sum, one) => sum + one + OVERHEAD_BYTES, 0);
    this.#grow(bytes);
    this.#promisedBytes += bytes;
    return () => {
      this.#promisedBytes -= bytes;
    };
  }

  /** Whether the file was deleted, in which case the system still accepts every write. */
  isDeleted(): boolean {
    return fstatSync(this.#file).nlink === 0;
  }

  close(): void {
    closeSync(this.#file);
  }

  #grow(bytes: number): void {
    const { lastPageNumber, pageSize } = this.#options.used();
    const neededBytes = (lastPageNumber + 1) * pageSize + this.#promisedBytes + bytes;
    if (this.#bytes >= neededBytes) return;
    while (this.#bytes < neededBytes) {
      writeSync(this.#file, ZEROS);
      this.#bytes = fstatSync(this.#file).size;
    }
    this.#options.onSize(this.#bytes);
  }
}
