import type { DurableRun } from '../run/durable-run.js';

/** A step has failed for good, and the code has not handled that. The message ends with the timeline. */
export class UnhandledFailureError extends Error {
  override readonly name = 'UnhandledFailureError';

  constructor(
    run: DurableRun,
    /** The name of the step that has failed; its id where it has none. */
    readonly step: string,
    problem: string,
  ) {
    super(`${problem}\n\n${run.timeline()}\n`);
  }
}
