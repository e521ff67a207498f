import type { InvocationInfo, OperationEndInfo, OperationInfo } from '../engine/invocation/plugins/plugin.js';

/** What may end while no code of the execution runs. */
const ENDED_BY_SERVICE: ReadonlySet<string> = new Set(['WAIT', 'CALLBACK', 'CHAINED_INVOKE']);

const IS_END: ReadonlySet<string | undefined> = new Set(['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'STOPPED', 'CANCELLED']);

export function hasEnded({ status }: OperationInfo): boolean {
  return IS_END.has(status);
}

/**
 * Operations that need a second look: those that the service ended and the code did not come to; those that end a
 * second time when a body is run again; callbacks that are recorded without their name.
 */
export class SpecialOperations {
  readonly #info: InvocationInfo;
  readonly #contexts = new Map<string, OperationInfo>();
  readonly #unmet = new Map<string, OperationInfo>();
  /** Contexts that have ended in this invocation. */
  readonly #endedContexts = new Set<string>();

  constructor(info: InvocationInfo) {
    this.#info = info;
    this.changed(Object.values(info.updatedOperations));
  }

  /** What is recorded of an operation from before this invocation. */
  recorded(id: string): OperationInfo | undefined {
    return this.#info.operations[id];
  }

  met(info: OperationInfo): void {
    if (info.type === 'CONTEXT') this.#contexts.set(info.id, info);
  }

  /** Whether an earlier invocation has told this end already. Of virtual contexts nothing is recorded, so all are replays. */
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

  /** Ends that the code has not come to, with the names that it would have given. */
  unmet(): OperationEndInfo[] {
    return [...this.#unmet.values()].map((info) => this.#named(info));
  }

  /** Whether a context will have no span: it has not ended, and the execution has. */
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
