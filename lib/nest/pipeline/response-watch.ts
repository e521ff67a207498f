/** A response of Node. */
export type OpenResponse = NodeJS.WritableStream & { readonly writableEnded: boolean; readonly headersSent: boolean };

/** How long a response that is not ended may be silent. */
const SILENCE_MS = 1_000;

/** The same while something is piped into it, or the framework sends it. */
const STALL_MS = 5_000;

/**
 * Watches a response that must be ended: as long as something is piped into it or writes to it, it may still end. Its
 * own methods work as before.
 */
export class ResponseWatch {
  #sources = 0;
  #timer: NodeJS.Timeout | undefined;
  #onSilence: (() => void) | undefined;

  /** @param isLeftToHandler - the handler itself must end it; otherwise the framework sends what the handler returned */
  constructor(
    private readonly response: OpenResponse,
    private readonly isLeftToHandler: boolean,
  ) {
    response.on('pipe', () => this.#piped(1));
    response.on('unpipe', () => this.#piped(-1));
    response.on('finish', () => this.stop());
    const { write } = response;
    response.write = (...data: unknown[]): boolean => {
      this.#restart();
      return write.apply(response, data as Parameters<typeof write>);
    };
  }

  /** Whether it may end without the handler. */
  get isFed(): boolean {
    return !this.isLeftToHandler || this.#sources > 0;
  }

  /** From now on no code of the handler is expected to end it. @param onSilence - called once it has been silent */
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
    if (this.response.writableEnded || !this.#onSilence) return;
    this.#timer = setTimeout(() => this.#fellSilent(), this.isFed ? STALL_MS : SILENCE_MS);
  }

  #fellSilent(): void {
    // A framework may take its time before it sends anything, such as for a template.
    const isBegun = this.isLeftToHandler || this.response.headersSent || this.#sources > 0;
    if (isBegun) this.#onSilence?.();
    else this.#restart();
  }
}
