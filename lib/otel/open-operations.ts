import type { OperationInfo } from '../engine/invocation/plugins/plugin.js';
import { hasEnded, isEndedByService } from './operation-ends.js';

/** The operations of an execution that have not completed, by the context that they are in. */
export class OpenOperations {
  readonly #records: () => Record<string, OperationInfo>;
  readonly #inside = new Map<string | undefined, Map<string, OperationInfo>>();
  /** Operations that this invocation has met, or whose end it knows: their records from before say less. */
  readonly #known = new Set<string>();
  #areRecordsRead = false;

  /** @param records - those from before this invocation; read only when needed */
  constructor(records: () => Record<string, OperationInfo>) {
    this.#records = records;
  }

  met(info: OperationInfo): void {
    this.#known.add(info.id);
    this.#put(info);
  }

  ended({ id, parentId }: OperationInfo): void {
    this.#known.add(id);
    this.#inside.get(parentId)?.delete(id);
  }

  /**
   * Removes what cannot go on because its context has ended, inner operations first. What the service completes can: its
   * end is still to come.
   */
  takeInside(contextId: string): OperationInfo[] {
    this.#readRecords();
    const children = [...(this.#inside.get(contextId)?.values() ?? [])].filter((info) => !isEndedByService(info));
    for (const child of children) this.ended(child);
    return children.flatMap((child) => [...this.takeInside(child.id), child]);
  }

  /** All, inner operations first. */
  all(): OperationInfo[] {
    this.#readRecords();
    const open = [...this.#inside.values()].flatMap((inside) => [...inside.values()]);
    const ids = new Set(open.map(({ id }) => id));
    const outermost = open.filter(({ parentId }) => parentId === undefined || !ids.has(parentId));
    return outermost.flatMap((info) => this.#withInner(info));
  }

  #withInner(info: OperationInfo): OperationInfo[] {
    const inner = [...(this.#inside.get(info.id)?.values() ?? [])];
    return [...inner.flatMap((child) => this.#withInner(child)), info];
  }

  #readRecords(): void {
    if (this.#areRecordsRead) return;
    this.#areRecordsRead = true;
    for (const info of Object.values(this.#records())) {
      if (info.type !== 'EXECUTION' && !this.#known.has(info.id)) this.#put(info);
    }
  }

  #put(info: OperationInfo): void {
    if (hasEnded(info)) return;
    const { id, parentId } = info;
    const inside = this.#inside.get(parentId) ?? new Map<string, OperationInfo>();
    this.#inside.set(parentId, inside.set(id, info));
  }
}
