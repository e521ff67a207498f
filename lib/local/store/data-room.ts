import { closeSync, fstatSync, openSync, writeSync } from 'node:fs';

const CHUNK_BYTES = 256 * 1024;
const ZEROS = Buffer.alloc(CHUNK_BYTES);

/** What a value costs beside itself: the pages on its way through the tree, each copied, and the rest of its last page. */
const OVERHEAD_BYTES = 6 * 4096;

/** The used part of a database. */
export interface UsedPages {
  lastPageNumber: number;
  pageSize: number;
}

export interface DataRoomOptions {
  path: string;
  used: () => UsedPages;
  /** Told of the file's size, now and whenever it has grown. */
  onSize: (bytes: number) => void;
}

/**
 * Keeps a file larger than what LMDB uses of it by all that is being written. So a full disk shows here, as an error of the
 * system, before LMDB begins something that it could not end.
 */
export class DataRoom {
  readonly #file: number;
  readonly #options: DataRoomOptions;
  #bytes: number;
  /** Of the writes that are under way. */
  #promisedBytes = 0;

  constructor(options: DataRoomOptions) {
    // Only ever at its end, whatever LMDB does meanwhile: nothing that is there is written over.
    this.#file = openSync(options.path, 'a');
    this.#options = options;
    this.#bytes = fstatSync(this.#file).size;
    options.onSize(this.#bytes);
    this.reserve([CHUNK_BYTES])();
  }

  /**
   * Makes room for values of these sizes.
   *
   * @returns gives back what was not needed, once they are written
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
