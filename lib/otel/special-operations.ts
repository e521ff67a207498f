import type { InvocationInfo, OperationEndInfo, OperationInfo } from '../engine/invocation/plugins/plugin.js';

/** Types that may complete while no code of the execution runs. */
const ENDED_BY_SERVICE: ReadonlySet<string> = new Set(['WAIT', 'CALLBACK', 'CHAINED_INVOKE']);

const IS_END: ReadonlySet<string | undefined> = new Set(['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'STOPPED', 'CANCELLED']);

export function hasEnded({ status }: OperationInfo): boolean {
  return IS_END.has(status);
}

/**
 * Operations that need special treatment: those that the service completed and the code did not reach; those that are
 * reported again when a body runs again; callbacks that are recorded without their name.
 */
export class SpecialOperations {
  readonly #info: InvocationInfo;
  readonly #contexts = new Map<string, OperationInfo>();
  readonly #unmet = new Map<string, OperationInfo>();
  /** Contexts that have completed in this invocation. */
  readonly #endedContexts = new Set<string>();

  constructor(info: InvocationInfo) {
    this.#info = info;
    this.changed(Object.values(info.updatedOperations));
  }

  /** The record of an operation from before this invocation. */
  recorded(id: string): OperationInfo | undefined {
    return this.#info.operations[id];
  }

  met(info: OperationInfo): void {
    if (info.type === 'CONTEXT') this.#contexts.set(info.id, info);
  }

  /**
   * Whether an earlier invocation has already reported this end. Virtual contexts are not recorded, so all of them are
   * replays.
   */
  isToldAgain({ id, type, isReplay, isReplayingChildren }: OperationEndInfo): boolean {
    this.#unmet.delete(id);
    if (type === 'CONTEXT') this.#endedContexts.add(id);
    return type === 'CONTEXT' ? isReplayingChildren === true : isReplay;
  }

  changed(operations: readonly OperationInfo[]): void {
    for (const info of operations) {
      if (ENDED_BY_SERVICE.has(info.type) && hasEnded(info)) this.#unmet.set(info.id, info);
    }
  }

  /** Completed operations that the code has not reached, with the names that the code would have given them. */
  unmet(): OperationEndInfo[] {
    return [...this.#unmet.values()].map((info) => this.#named(info));
  }

  /** Whether a context will have no span: it has not completed, but the execution has ended. */
  isLeftOpen(contextId: string): boolean {
    const recorded = this.recorded(contextId);
    return !this.#endedContexts.has(contextId) && !(recorded && hasEnded(recorded));
  }

  #named(info: OperationInfo): OperationInfo {
    if (info.name !== undefined || info.type !== 'CALLBACK' || info.parentId === undefined) return info;
    const parent = this.#contexts.get(info.parentId) ?? this.recorded(info.parentId);
    const isWaited = parent?.subType === 'WaitForCallback' && parent.name !== undefined;
    return isWaited ? { ...info, name: `${parent.name}-callback` } : info;
  }
}
