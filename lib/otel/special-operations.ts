import type { InvocationInfo, OperationEndInfo, OperationInfo } from '../engine/invocation/plugins/plugin.js';

/** Types that may complete while no code of the execution runs. */
const ENDED_BY_SERVICE: ReadonlySet<string> = new Set(['WAIT', 'CALLBACK', 'CHAINED_INVOKE']);

const IS_END: ReadonlySet<string | undefined> = new Set(['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'STOPPED', 'CANCELLED']);

export function isEndedByService({ type }: OperationInfo): boolean {
  return ENDED_BY_SERVICE.has(type);
}

export function hasEnded({ status }: OperationInfo): boolean {
  return IS_END.has(status);
}

/**
 * Operations that need special treatment: those that the service completed and the code did not reach; those that are
 * reported again when a body runs again; those that are open; callbacks that are recorded without their name.
 */
export class SpecialOperations {
  readonly #info: InvocationInfo;
  readonly #met = new Map<string, OperationInfo>();
  readonly #unmet = new Map<string, OperationInfo>();
  /** Operations whose end this invocation has reported. */
  readonly #ended = new Set<string>();

  constructor(info: InvocationInfo) {
    this.#info = info;
    this.changed(Object.values(info.updatedOperations));
  }

  /** The record of an operation from before this invocation. */
  recorded(id: string): OperationInfo | undefined {
    return this.#info.operations[id];
  }

  met(info: OperationInfo): void {
    this.#met.set(info.id, info);
  }

  /**
   * Whether an earlier invocation has already reported this end. Virtual contexts are not recorded, so all of them are
   * replays.
   */
  isToldAgain({ id, type, isReplay, isReplayingChildren }: OperationEndInfo): boolean {
    this.#unmet.delete(id);
    this.#ended.add(id);
    return type === 'CONTEXT' ? isReplayingChildren === true : isReplay;
  }

  changed(operations: readonly OperationInfo[]): void {
    for (const info of operations) {
      if (isEndedByService(info) && hasEnded(info)) this.#unmet.set(info.id, info);
    }
  }

  /** Completed operations that the code has not reached, with the names that the code would have given them. */
  unmet(): OperationEndInfo[] {
    return [...this.#unmet.values()].map((info) => this.#named(info));
  }

  /** Operations that have not completed: those recorded before, then those started in this invocation. */
  open(): OperationInfo[] {
    const known = new Map([...Object.entries(this.#info.operations), ...this.#met]);
    const open = [...known.values()].filter(
      (info) => info.type !== 'EXECUTION' && !hasEnded(info) && !this.#ended.has(info.id) && !this.#unmet.has(info.id),
    );
    return open.map((info) => this.#named(info));
  }

  #named(info: OperationInfo): OperationInfo {
    if (info.name !== undefined || info.type !== 'CALLBACK' || info.parentId === undefined) return info;
    const parent = this.#met.get(info.parentId) ?? this.recorded(info.parentId);
    const isWaited = parent?.subType === 'WaitForCallback' && parent.name !== undefined;
    return isWaited ? { ...info, name: `${parent.name}-callback` } : info;
  }
}
