import type { ServerResponse } from 'node:http';
import { Deferred } from './deferred.js';

/** The methods by which code sends a response. */
const SENDING = ['end', 'flushHeaders', 'write', 'writeHead'] as const;

/** A response of Node, or one of Fastify's, which wraps it. */
export type GivenResponse = Pick<ServerResponse, 'getHeaders' | 'removeHeader'> & { raw?: ServerResponse };

/**
 * Keeps a response from being sent while a guard runs whose decision does not count: guards may refuse by a response of
 * their own, such as a redirection. Then status and headers are restored as well. What a guard sets without sending it
 * stays.
 */
export class WithheldResponse {
  readonly #raw: ServerResponse;
  readonly #own: ReadonlyMap<string, PropertyDescriptor | undefined>;
  readonly #statusCode: number;
  readonly #headers: Readonly<Record<string, unknown>>;
  readonly #sent = new Deferred<void>();
  #isTouched = false;
  #wasSent = false;

  constructor(private readonly response: GivenResponse) {
    const raw = (this.#raw = response.raw ?? (response as ServerResponse));
    this.#statusCode = raw.statusCode;
    this.#headers = { ...response.getHeaders() };
    this.#own = new Map(SENDING.map((name) => [name, Object.getOwnPropertyDescriptor(raw, name)]));
    for (const name of SENDING) {
      Object.defineProperty(raw, name, { value: () => this.#withhold(name), configurable: true, writable: true });
    }
  }

  /** Whether the guard has sent a whole response. */
  get wasSent(): boolean {
    return this.#wasSent;
  }

  /** Resolves when it does: it need not return then, as passport's redirecting strategies do not. */
  get sent(): Promise<void> {
    return this.#sent.promise;
  }

  /**
   * From now on the response can be sent.
   * @param isRefused - whether the guard has refused: then the status that it has set is not that of the response
   */
  release(isRefused: boolean): void {
    for (const [name, descriptor] of this.#own) {
      if (descriptor) Object.defineProperty(this.#raw, name, descriptor);
      else Reflect.deleteProperty(this.#raw, name);
    }
    if (isRefused || this.#isTouched) this.#raw.statusCode = this.#statusCode;
    if (this.#isTouched) this.#restoreHeaders();
  }

  /** @returns what most of these methods return; `write()` returns something truthy too */
  #withhold(name: (typeof SENDING)[number]): ServerResponse {
    this.#isTouched = true;
    if (name === 'end') {
      this.#wasSent = true;
      this.#sent.resolve();
    }
    return this.#raw;
  }

  #restoreHeaders(): void {
    const { response } = this;
    for (const name of Object.keys(response.getHeaders())) response.removeHeader(name);
    for (const [name, value] of Object.entries(this.#headers)) setHeader(response, name, value);
  }
}

function setHeader(response: GivenResponse & Partial<FastifyLike>, name: string, value: unknown): void {
  if (response.raw) response.header?.(name, value);
  else (response as ServerResponse).setHeader(name, value as string);
}

interface FastifyLike {
  header(name: string, value: unknown): unknown;
}
