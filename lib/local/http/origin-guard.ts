import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { ServiceError } from '../core/service-error.js';
import { FUNCTION_URL_PREFIX } from '../functions/function-urls/function-url-handler.js';

const LOOPBACK_HOSTS = ['127.0.0.1', 'localhost', '[::1]'];

const REMEDY = 'Use an IP address of it, or list the name in `allowedHosts` of startLocalService().';

/** A browser's values for a request that a page of another site, or of another port of this machine, has caused. */
const FOREIGN_SITES: ReadonlySet<unknown> = new Set(['cross-site', 'same-site']);

/**
 * Refuses requests that a web page sends from a developer's browser. A name that was re-bound to this machine shows in
 * `Host`; another page shows in `Origin` and in `Sec-Fetch-Site`. The URLs of functions are open to pages of other
 * ports of this machine, and to a person who follows a link.
 */
export class OriginGuard {
  readonly #hosts: ReadonlySet<string>;

  /** @param hosts further host names of the service */
  constructor(hosts: readonly string[]) {
    this.#hosts = new Set([...LOOPBACK_HOSTS, ...hosts].map((host) => host.toLowerCase()));
  }

  /** @throws {ServiceError} when the request may come from a foreign page */
  check(request: IncomingMessage): void {
    const { headers } = request;
    const host = hostNameOf(headers.host ?? '');
    // Only a name can be bound to another address.
    if (!this.#hosts.has(host) && !isIP(host.replace(/^\[(.*)\]$/, '$1')))
      throw forbidden(`The host name '${host}' is not one of this service. ${REMEDY}`);
    const { origin } = headers;
    if (origin !== undefined && !this.#isOwn(origin)) throw forbidden(`Requests from '${origin}' are not accepted.`);
    const site = headers['sec-fetch-site'];
    const isLetThrough = isFunctionUrl(request) && (origin !== undefined || isFollowedLink(request));
    if (FOREIGN_SITES.has(site) && !isLetThrough)
      throw forbidden(`Requests that another page sends (Sec-Fetch-Site: ${site}) are not accepted.`);
  }

  #isOwn(origin: string): boolean {
    return URL.canParse(origin) && this.#hosts.has(new URL(origin).hostname);
  }
}

/**
 * A click of the person at the browser, also through the redirect of a provider, such as after a payment or a login.
 */
function isFollowedLink({ method, headers }: IncomingMessage): boolean {
  return (
    method === 'GET' &&
    headers['sec-fetch-mode'] === 'navigate' &&
    headers['sec-fetch-dest'] === 'document' &&
    headers['sec-fetch-user'] === '?1'
  );
}

function isFunctionUrl({ url = '' }: IncomingMessage): boolean {
  return url.startsWith(FUNCTION_URL_PREFIX);
}

function hostNameOf(host: string): string {
  return host.replace(/:\d+$/, '').toLowerCase();
}

function forbidden(message: string): ServiceError {
  return new ServiceError('AccessDeniedException', 403, message);
}
