import type { ExecutionStatus } from '../core/execution-state.js';
import { functionArnOf, parseFunctionReference, versionOf } from '../core/function-name.js';
import type { HistoryEvent } from '../core/history-event.js';
import { markerOf, placeOf } from '../core/page.js';
import { notFound } from '../core/service-error.js';
import type { ExecutionSummary } from '../store/store.js';
import type { ServiceParts } from './service-parts.js';

export interface HistoryCall {
  arn: string;
  maxItems?: number | undefined;
  marker?: string | undefined;
  reverseOrder?: boolean | undefined;
}

export interface ListCall {
  functionName: string;
  qualifier?: string | undefined;
  executionName?: string | undefined;
  statuses?: readonly ExecutionStatus[] | undefined;
  /** Exclusive bounds. */
  startedAfterMs?: number | undefined;
  startedBeforeMs?: number | undefined;
  reverseOrder?: boolean | undefined;
  maxItems?: number | undefined;
  marker?: string | undefined;
}

export interface Page<T> {
  items: readonly T[];
  nextMarker?: string | undefined;
}

const DEFAULT_PAGE_ITEMS = 100;

/** The calls with which people and programs read executions. */
export class ExecutionApi {
  readonly #parts: ServiceParts;

  constructor(parts: ServiceParts) {
    this.#parts = parts;
  }

  /** Returns nothing that could still be lost: memory is ahead of the store. */
  async get(arn: string): Promise<ExecutionSummary> {
    const { start, progress } = this.#parts.registry.require(arn);
    return this.#durable({ start, progress });
  }

  /** Oldest event first unless `reverseOrder`. */
  async history({ arn, maxItems, marker, reverseOrder = false }: HistoryCall): Promise<Page<HistoryEvent>> {
    const { start } = await this.get(arn);
    const events = this.#parts.store.events(start.id, { from: placeOf(marker), descending: reverseOrder });
    return takePage(events, { maxItems, placeOf: ({ eventId }) => eventId, accepts: () => true });
  }

  /** Newest execution first unless `reverseOrder`. */
  async list(call: ListCall): Promise<Page<ExecutionSummary>> {
    const { name, qualifier } = parseFunctionReference(call.functionName, call.qualifier);
    const environment = this.#parts.environment();
    if (!environment.findFunction(name)) throw notFound(`Function not found: ${functionArnOf(environment, name)}`);
    const range = { from: placeOf(call.marker), descending: !call.reverseOrder };
    const listed = this.#parts.store.list(name, range);
    const accepts = filterOf({ ...call, qualifier });
    const page = takePage(latest(listed, this.#parts), {
      maxItems: call.maxItems,
      placeOf: ({ start }) => start.order,
      accepts,
    });
    return this.#durable(page);
  }

  async #durable<T>(value: T): Promise<T> {
    await this.#parts.transactions.barrier(value).durable;
    return value;
  }
}

function* latest(listed: Iterable<ExecutionSummary>, { registry }: ServiceParts): Iterable<ExecutionSummary> {
  for (const summary of listed) {
    const { start, progress } = registry.latest(summary);
    yield { start, progress };
  }
}

function filterOf(call: ListCall): (summary: ExecutionSummary) => boolean {
  const { qualifier, executionName, statuses = [], startedAfterMs = -Infinity, startedBeforeMs = Infinity } = call;
  return ({ start, progress }) =>
    (qualifier === undefined || start.version === versionOf(qualifier)) &&
    (executionName === undefined || start.name === executionName) &&
    (statuses.length === 0 || statuses.includes(progress.status)) &&
    start.startedAtMs > startedAfterMs &&
    start.startedAtMs < startedBeforeMs;
}

interface PageRules<T> {
  maxItems: number | undefined;
  placeOf: (item: T) => number;
  accepts: (item: T) => boolean;
}

function takePage<T>(items: Iterable<T>, rules: PageRules<T>): Page<T> {
  const limit = rules.maxItems || DEFAULT_PAGE_ITEMS;
  const taken: T[] = [];
  for (const item of items) {
    if (!rules.accepts(item)) continue;
    if (taken.length === limit) return { items: taken, nextMarker: markerOf(rules.placeOf(item)) };
    taken.push(item);
  }
  return { items: taken };
}
