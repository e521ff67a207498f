import { signWebhook } from 'nestjs-durable-execution';

/** The shop's response. */
export interface ShopAnswer {
  status: number;
  body: Record<string, unknown>;
}

type Headers = Record<string, string>;

const JSON_TYPE: Headers = { 'content-type': 'application/json' };

/** Talks to the shop over HTTP, as a browser or curl would. */
export class ShopClient {
  constructor(private readonly baseUrl: string) {}

  post(path: string, body: unknown): Promise<ShopAnswer> {
    return this.#post(path, body, JSON_TYPE);
  }

  /** Sends a request as the back office does: signed over the body and the callback id. */
  postSigned(path: string, body: unknown): Promise<ShopAnswer> {
    return this.#post(path, body, { ...JSON_TYPE, ...signatureOf(path, body) });
  }

  curl(path: string, body: unknown): string {
    return this.#curl(path, body, JSON_TYPE);
  }

  signedCurl(path: string, body: unknown): string {
    return this.#curl(path, body, { ...JSON_TYPE, ...signatureOf(path, body) });
  }

  async #post(path: string, body: unknown, headers: Headers): Promise<ShopAnswer> {
    const response = await fetch(this.baseUrl + path, { method: 'POST', headers, body: JSON.stringify(body) });
    const text = await response.text();
    return { status: response.status, body: (text ? JSON.parse(text) : {}) as Record<string, unknown> };
  }

  #curl(path: string, body: unknown, headers: Headers): string {
    const options = Object.entries(headers).map(([name, value]) => `-H '${name}: ${value}'`);
    return `curl -X POST ${this.baseUrl}${path} ${options.join(' ')} \\\n       -d '${JSON.stringify(body)}'`;
  }
}

/** The callback id is the last part of the path. */
function signatureOf(path: string, body: unknown): Headers {
  const callbackId = decodeURIComponent(path.split('/').at(-1)!);
  return signWebhook({ secret: 'demo secret', callbackId, body: JSON.stringify(body) });
}
