import type { ApiName } from './router.js';

/** One request of the API and how it was answered. */
export interface ApiCall {
  api: ApiName;
  /** The execution's ARN, the callback's id or the function's name. */
  label: string;
  atMs: number;
  /** HTTP status; 0 for a connection that was dropped on purpose. */
  status: number;
  errorCode?: string | undefined;
  /** Number of updates in a checkpoint's body and their bytes are not looked at here: only the body's size. */
  bodyBytes: number;
}

/** Calls remembered; counts go on beyond it. */
const REMEMBERED_CALLS = 1000;

/** What was asked of the service, so that tests can count requests. */
export class CallLog {
  readonly #counts = new Map<ApiName, number>();
  #calls: ApiCall[] = [];

  /** Requests of one operation of the API, or of all, since the start or the last `reset`. */
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
