import type { ServerResponse } from 'node:http';
import { Deferred } from './deferred.js';

/** The methods by which code sends a response. */
const SENDING = ['end', 'flushHeaders', 'write', 'writeHead'] as const;

/** A response of Node, or one of Fastify's, which wraps it. */
export type GivenResponse = Pick<ServerResponse, 'getHeaders' | 'removeHeader'> & { raw?: ServerResponse };

/** How long a guard that has sent a response may take to decide: passport's redirecting strategies never do. */
const DECISION_MS = 1_000;

type Method = (typeof SENDING)[number];

/**
 * Keeps a response from being sent while a guard runs whose refusal does not count: guards may refuse by a response of
 * their own, such as a redirection. Then its headers are restored as well. Headers that a guard sets without sending
 * them stay. The response of a webhook is kept in the same way, until its callback is completed.
 */
export class WithheldResponse {
  readonly #raw: ServerResponse;
  readonly #own: ReadonlyMap<Method, PropertyDescriptor | undefined>;
  readonly #statusCode: number;
  readonly #headers: Readonly<Record<string, unknown>>;
  readonly #calls: Array<[name: Method, args: unknown[]]> = [];
  readonly #undecided = new Deferred<void>();
  #timer: NodeJS.Timeout | undefined;
  #isReleased = false;

  constructor(private readonly response: GivenResponse) {
    const raw = (this.#raw = response.raw ?? (response as ServerResponse));
    this.#statusCode = raw.statusCode;
    this.#headers = { ...response.getHeaders() };
    this.#own = new Map(SENDING.map((name) => [name, Object.getOwnPropertyDescriptor(raw, name)]));
    for (const name of SENDING) {
      const value = (...args: unknown[]): ServerResponse => this.#withhold(name, args);
      Object.defineProperty(raw, name, { value, configurable: true, writable: true });
    }
  }

  /** Whether the guard has sent a whole response that refuses, or redirects. */
  get refuses(): boolean {
    return this.#isEnded && this.#sentStatus >= 300;
  }

  /** Resolves if the guard has sent a whole response and then does not decide. */
  get undecided(): Promise<void> {
    return this.#undecided.promise;
  }

  /**
   * From now on the response can be sent; a further call changes nothing.
   * @param isRefused - whether the guard has refused: then nothing of its response is left. Otherwise it is sent
   */
  release(isRefused: boolean): void {
    if (this.#isReleased) return;
    this.#isReleased = true;
    clearTimeout(this.#timer);
    for (const [name, descriptor] of this.#own) {
      if (descriptor) Object.defineProperty(this.#raw, name, descriptor);
      else Reflect.deleteProperty(this.#raw, name);
    }
    if (isRefused) this.#restore();
    else for (const [name, args] of this.#calls) (this.#raw[name] as (...all: unknown[]) => unknown)(...args);
  }

  get #isEnded(): boolean {
    return this.#calls.some(([name]) => name === 'end');
  }

  get #sentStatus(): number {
    const head = this.#calls.find(([name]) => name === 'writeHead');
    return Number(head?.[1][0] ?? this.#raw.statusCode);
  }

  /** @returns what most of these methods return; `write()` returns something truthy too */
  #withhold(name: Method, args: unknown[]): ServerResponse {
    this.#calls.push([name, args]);
    if (name === 'end') this.#timer ??= setTimeout(() => this.#undecided.resolve(), DECISION_MS);
    return this.#raw;
  }

  #restore(): void {
    this.#raw.statusCode = this.#statusCode;
    if (this.#calls.length === 0) return;
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
