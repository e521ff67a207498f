import type { IncomingMessage } from 'node:http';
import { ServiceError } from '../core/service-error.js';

const LOOPBACK_HOSTS = ['127.0.0.1', 'localhost', '[::1]'];

/**
 * Turns away requests that a web page sends from a developer's browser: a name that was re-bound to this machine shows
 * in `Host`, another page shows in `Origin`.
 */
export class OriginGuard {
  readonly #hosts: ReadonlySet<string>;

  /** @param hosts further names under which the service may be called */
  constructor(hosts: readonly string[]) {
    this.#hosts = new Set([...LOOPBACK_HOSTS, ...hosts]);
  }

  /** @throws {ServiceError} when the request may come from a foreign page */
  check({ headers }: IncomingMessage): void {
    const host = hostNameOf(headers.host ?? '');
    if (!this.#hosts.has(host)) throw forbidden(`The host name '${host}' is not one of this service.`);
    const { origin } = headers;
    if (origin !== undefined && !this.#isOwn(origin)) throw forbidden(`Requests from '${origin}' are not accepted.`);
  }

  #isOwn(origin: string): boolean {
    return URL.canParse(origin) && this.#hosts.has(new URL(origin).hostname);
  }
}

function hostNameOf(host: string): string {
  return host.replace(/:\d+$/, '').toLowerCase();
}

function forbidden(message: string): ServiceError {
  return new ServiceError('AccessDeniedException', 403, message);
}
