import type { ErrorObject } from '../../wire/operation.js';
import { addressOf } from '../core/callback-id.js';
import type { Draft } from '../core/draft.js';
import type { ExecutionState, OperationRecord } from '../core/execution-state.js';
import { isOpen } from '../core/execution-state.js';
import { beatCallback, failCallback, succeedCallback } from '../core/operations/callback.js';
import { callbackNotOpen, invalidParameter } from '../core/service-error.js';
import { assertErrorSize } from '../core/validate-payload.js';
import type { ServiceParts } from './service-parts.js';

/** The calls that complete a callback. */
export class CallbackApi {
  readonly #parts: ServiceParts;

  constructor(parts: ServiceParts) {
    this.#parts = parts;
  }

  /** @param result absent for an empty body */
  succeed(callbackId: string, result: string | undefined): Promise<void> {
    const limit = this.#parts.limits.callbackPayloadBytes;
    if (result !== undefined && Buffer.byteLength(result) > limit) {
      throw invalidParameter(`CALLBACK output payload size must be less than or equal to ${limit} bytes.`);
    }
    return this.#transition(callbackId, (draft, record) => succeedCallback(draft, record, result));
  }

  fail(callbackId: string, error: ErrorObject): Promise<void> {
    assertErrorSize(error, this.#parts.limits);
    return this.#transition(callbackId, (draft, record) => failCallback(draft, record, error));
  }

  heartbeat(callbackId: string): Promise<void> {
    return this.#transition(callbackId, beatCallback);
  }

  #transition(callbackId: string, apply: (draft: Draft, record: OperationRecord) => void): Promise<void> {
    this.#parts.clock.runDue();
    const { state, record } = this.#find(callbackId);
    return this.#parts.transactions.run(state, (draft) => apply(draft, record)).durable;
  }

  /** A callback that is no longer open, for whatever reason, gets the same response (docs/protocol.md#callbacks). */
  #find(callbackId: string): { state: ExecutionState; record: OperationRecord } {
    const address = addressOf(callbackId);
    if (!address) throw invalidParameter('Invalid callback id');
    const state = this.#parts.registry.findLive(address.executionId);
    const record = state?.operations.get(address.operationId);
    const isGenuine = record?.operation.CallbackDetails?.CallbackId === callbackId;
    if (!state || !record || !isGenuine || !isOpen(state) || !state.pending.has(address.operationId))
      throw callbackNotOpen();
    return { state, record };
  }
}
