import type { InvocationInfo, OperationEndInfo, OperationInfo } from '../engine/invocation/plugins/plugin.js';
import { OpenOperations } from './open-operations.js';
import { hasEnded, isEndedByService } from './operation-ends.js';

/**
 * Operations that need special treatment: those that the service completed and the code did not reach; those that are
 * reported again when a body runs again; those that are open; callbacks that are recorded without their name.
 */
export class SpecialOperations {
  readonly #info: InvocationInfo;
  readonly #contexts = new Map<string, OperationInfo>();
  readonly #unmet = new Map<string, OperationInfo>();
  readonly #open: OpenOperations;

  constructor(info: InvocationInfo) {
    this.#info = info;
    this.#open = new OpenOperations(() => info.operations);
    this.changed(Object.values(info.updatedOperations));
  }

  /** The record of an operation from before this invocation. */
  recorded(id: string): OperationInfo | undefined {
    return this.#info.operations[id];
  }

  met(info: OperationInfo): void {
    if (info.type === 'CONTEXT') this.#contexts.set(info.id, info);
    this.#open.met(info);
  }

  /**
   * Whether an earlier invocation has already reported this end. Virtual contexts are not recorded, so all of them are
   * replays.
   */
  isToldAgain(info: OperationEndInfo): boolean {
    const { id, type, isReplay, isReplayingChildren } = info;
    this.#unmet.delete(id);
    this.#open.ended(info);
    return type === 'CONTEXT' ? isReplayingChildren === true : isReplay;
  }

  changed(operations: readonly OperationInfo[]): void {
    for (const info of operations) {
      if (!isEndedByService(info) || !hasEnded(info)) continue;
      this.#unmet.set(info.id, info);
      this.#open.ended(info);
    }
  }

  /** Completed operations that the code has not reached, with the names that the code would have given them. */
  unmet(): OperationEndInfo[] {
    return [...this.#unmet.values()].map((info) => this.#named(info));
  }

  /** Operations that have not completed, inner ones first. */
  open(): OperationInfo[] {
    return this.#open.all().map((info) => this.#named(info));
  }

  /** Takes the operations that cannot go on because their context has ended: no later end of them is reported. */
  leaveInside(contextId: string): OperationInfo[] {
    return this.#open.takeInside(contextId);
  }

  #named(info: OperationInfo): OperationInfo {
    if (info.name !== undefined || info.type !== 'CALLBACK' || info.parentId === undefined) return info;
    const parent = this.#contexts.get(info.parentId) ?? this.recorded(info.parentId);
    const isWaited = parent?.subType === 'WaitForCallback' && parent.name !== undefined;
    return isWaited ? { ...info, name: `${parent.name}-callback` } : info;
  }
}
