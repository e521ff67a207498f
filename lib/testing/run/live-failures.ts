import type { ExecutionFailure, StepFailure } from '../../engine/invocation/failure-hooks.js';

/** The errors of one execution as they were thrown, which what is recorded does not hold. */
export class LiveFailures {
  readonly #ofSteps = new Map<string, unknown>();
  #last: ExecutionFailure | undefined;

  noteStep({ operation, error }: StepFailure): void {
    this.#ofSteps.set(operation.id, error);
  }

  noteExecution(failure: ExecutionFailure): void {
    this.#last = failure;
  }

  /** What has failed the execution: what its step threw, or else what the handler threw. */
  get cause(): unknown {
    if (!this.#last) return undefined;
    return this.#ofSteps.get(this.#last.operation?.id ?? '') ?? this.#last.error;
  }
}
