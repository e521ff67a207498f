/** A response of Node. */
export type OpenResponse = NodeJS.WritableStream & { readonly writableEnded: boolean };

/** How long a response that is not ended may be silent. */
const SILENCE_MS = 1_000;

/**
 * Watches a response that its handler must end: as long as something is piped into it or writes to it, it may still
 * end. Its own methods work as before.
 */
export class ResponseWatch {
  #sources = 0;
  #timer: NodeJS.Timeout | undefined;
  #onSilence: (() => void) | undefined;

  constructor(private readonly response: OpenResponse) {
    response.on('pipe', () => this.#piped(1));
    response.on('unpipe', () => this.#piped(-1));
    response.on('finish', () => this.stop());
    const { write } = response;
    response.write = (...data: unknown[]): boolean => {
      this.#restart();
      return write.apply(response, data as Parameters<typeof write>);
    };
  }

  /** From now on no code is expected to end it. @param onSilence - called once it has been silent for a second */
  expectEnd(onSilence: () => void): void {
    this.#onSilence = onSilence;
    this.#restart();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#onSilence = undefined;
  }

  #piped(by: number): void {
    this.#sources += by;
    this.#restart();
  }

  #restart(): void {
    clearTimeout(this.#timer);
    if (this.#sources > 0 || this.response.writableEnded || !this.#onSilence) return;
    this.#timer = setTimeout(this.#onSilence, SILENCE_MS);
  }
}
