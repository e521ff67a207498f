import type { ErrorObject } from '../../wire/operation.js';
import { closeExecution } from '../core/close-execution.js';
import { deleteExecution } from '../core/delete-execution.js';
import type { Draft } from '../core/draft.js';
import { isOpen } from '../core/execution-state.js';
import { restoreState } from '../core/merge.js';
import type { PauseRequest, ResumeRequest } from '../core/pause.js';
import { pauseExecution, resumeExecution } from '../core/pause.js';
import { assertErrorSize } from '../core/validate-payload.js';
import type { ServiceParts } from './service-parts.js';

/** The calls with which people and programs control executions. */
export class ControlApi {
  readonly #parts: ServiceParts;

  constructor(parts: ServiceParts) {
    this.#parts = parts;
  }

  async pause(arn: string, request: PauseRequest): Promise<void> {
    await this.#change(arn, (draft) => pauseExecution(draft, request));
  }

  async resume(arn: string, request: ResumeRequest): Promise<void> {
    await this.#change(arn, (draft) => resumeExecution(draft, request));
  }

  /** Closes an execution; a closed one is not changed. @returns when it ended, in epoch milliseconds */
  async stop(arn: string, error: ErrorObject): Promise<number> {
    assertErrorSize(error, this.#parts.limits);
    const progress = await this.#change(arn, (draft) => {
      if (isOpen(draft)) closeExecution(draft, { status: 'STOPPED', error });
    });
    return progress.endedAtMs as number;
  }

  /** Deletes an execution that has ended. @returns the time of the request, in epoch milliseconds */
  async delete(arn: string): Promise<number> {
    await this.#change(arn, deleteExecution);
    return this.#parts.clock.now();
  }

  /** An execution that has ended is no longer in memory; its changes need none of its operations. */
  async #change(arn: string, transition: (draft: Draft) => void) {
    this.#parts.clock.runDue();
    const { registry, transactions, clock } = this.#parts;
    const { start, progress } = registry.require(arn);
    const nothing = { untold: [], updated: [], records: [] };
    const state = registry.findLive(start.id) ?? restoreState({ start, progress, ...nothing }, clock.now());
    await transactions.run(state, transition).durable;
    return state.progress;
  }
}
