import { closeSync, openSync, readSync } from 'node:fs';

/** What the functions wrote about themselves, in the order in which it happened. */
export type JournalRecord = { generation: string; pid: number; execution: string; path: string } & (
  { kind: 'run'; run: string; attempt: number } | { kind: 'passed' } | { kind: 'callback'; callbackId: string }
);

/** Reads a growing file of JSON lines. */
export class Journal {
  readonly records: JournalRecord[] = [];
  #grownAtMs = performance.now();
  readonly #descriptor: number;
  #position = 0;
  #rest = '';

  constructor(path: string) {
    this.#descriptor = openSync(path, 'a+');
  }

  /** Milliseconds since the functions wrote something that has been read. */
  get silentMs(): number {
    return performance.now() - this.#grownAtMs;
  }

  /** Takes in what was written since. @returns the new records */
  read(): JournalRecord[] {
    const buffer = Buffer.alloc(1024 * 1024);
    const taken: JournalRecord[] = [];
    for (;;) {
      const bytes = readSync(this.#descriptor, buffer, 0, buffer.length, this.#position);
      if (bytes === 0) break;
      this.#position += bytes;
      const lines = (this.#rest + buffer.toString('utf8', 0, bytes)).split('\n');
      this.#rest = lines.pop() ?? '';
      taken.push(...lines.map((line) => JSON.parse(line) as JournalRecord));
    }
    if (taken.length > 0) this.#grownAtMs = performance.now();
    this.records.push(...taken);
    return taken;
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}
