/** What the shop answered. */
export interface ShopAnswer {
  status: number;
  body: Record<string, unknown>;
}

/** Talks to the shop over HTTP, as a browser or curl would. */
export class ShopClient {
  constructor(private readonly baseUrl: string) {}

  post(path: string, body: unknown): Promise<ShopAnswer> {
    return this.#send(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  }

  get(path: string): Promise<ShopAnswer> {
    return this.#send(path, {});
  }

  curl(path: string, body: unknown): string {
    return `curl -X POST ${this.baseUrl}${path} -H 'content-type: application/json' \\\n       -d '${JSON.stringify(body)}'`;
  }

  async #send(path: string, init: RequestInit): Promise<ShopAnswer> {
    const response = await fetch(this.baseUrl + path, init);
    const text = await response.text();
    return { status: response.status, body: (text ? JSON.parse(text) : {}) as Record<string, unknown> };
  }
}
