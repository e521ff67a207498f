import type { ApiName } from './router.js';

/** One request of the API and its response. */
export interface ApiCall {
  api: ApiName;
  /** The execution's ARN, the callback's id or the function's name. */
  label: string;
  atMs: number;
  /** HTTP status; 0 for an injected dropped connection. */
  status: number;
  errorCode?: string | undefined;
  /** Only the size of the body; its updates are not inspected here. */
  bodyBytes: number;
}

/** The number of remembered calls; counts continue beyond it. */
const REMEMBERED_CALLS = 1000;

/** The requests to the service, so that tests can count them. */
export class CallLog {
  readonly #counts = new Map<ApiName, number>();
  #calls: ApiCall[] = [];

  /** The number of requests of one operation of the API, or of all, since the start or the last `reset`. */
  count(api?: ApiName): number {
    if (api !== undefined) return this.#counts.get(api) ?? 0;
    let total = 0;
    for (const count of this.#counts.values()) total += count;
    return total;
  }

  /** The latest calls, oldest first; at most 1,000. */
  list(api?: ApiName): readonly ApiCall[] {
    return this.#calls.filter((call) => api === undefined || call.api === api).slice(-REMEMBERED_CALLS);
  }

  reset(): void {
    this.#counts.clear();
    this.#calls = [];
  }

  add(call: ApiCall): void {
    this.#counts.set(call.api, (this.#counts.get(call.api) ?? 0) + 1);
    this.#calls.push(call);
    if (this.#calls.length >= 2 * REMEMBERED_CALLS) this.#calls = this.#calls.slice(-REMEMBERED_CALLS);
  }
}
