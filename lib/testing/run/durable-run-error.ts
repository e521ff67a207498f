/** The part of a run that its failure shows. */
interface ShownRun {
  timeline(): string;
}

/** An execution has not reached the state for which the test waited. The message ends with its timeline. */
export class DurableRunError extends Error {
  override readonly name = 'DurableRunError';

  constructor(
    run: ShownRun,
    problem: string,
    /** The recorded error of the execution. */
    readonly error?: { type?: string; message?: string; data?: string },
  ) {
    const reason = error ? `: ${[error.type, error.message].filter(Boolean).join(': ')}` : '.';
    super(`${problem}${reason}\n\n${run.timeline()}\n`);
  }
}
