/** The part of a log that Lambda returns: its last 4 KB. */
const TAIL_BYTES = 4096;

/** The end of a function's output. */
export class LogTail {
  #text = '';

  add(line: string): void {
    this.#text += `${line}\n`;
    if (this.#text.length > 2 * TAIL_BYTES) this.#text = this.#text.slice(-TAIL_BYTES);
  }

  text(): string {
    const bytes = Buffer.from(this.#text);
    return bytes.subarray(Math.max(0, bytes.length - TAIL_BYTES)).toString('utf8');
  }
}
