import type { DurableRun } from '../run/durable-run.js';

/** A step has failed permanently, and the code has not handled that. The message ends with the timeline. */
export class UnhandledFailureError extends Error {
  override readonly name = 'UnhandledFailureError';

  constructor(
    run: DurableRun,
    /** The name of the failed step; its id if it has no name. */
    readonly step: string,
    problem: string,
  ) {
    super(`${problem}\n\n${run.timeline()}\n`);
  }
}
