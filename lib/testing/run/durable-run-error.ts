import { asSentence } from '../../wire/as-sentence.js';

/** The part of a run that its failure shows. */
interface ShownRun {
  timeline(): string;
  /** What may explain the failure. */
  readonly hints?: readonly string[];
}

/** How an execution has failed. */
interface Failure {
  /** As it is recorded. */
  error?: { type?: string; message?: string; data?: string } | undefined;
  /** As it was thrown. */
  cause?: unknown;
}

/**
 * An execution has not done what the test waited for. The message ends with its timeline. Where code of the execution has
 * failed, `cause` is what it threw, with its stack.
 */
export class DurableRunError extends Error {
  override readonly name = 'DurableRunError';
  /** The recorded error of the execution. */
  readonly error?: { type?: string; message?: string; data?: string };

  constructor(run: ShownRun, problem: string, { error, cause }: Failure = {}) {
    const reason = [error?.type, error?.message].filter(Boolean).join(': ');
    const failed = reason ? `${problem}: ${reason}` : asSentence(problem);
    const hints = (run.hints ?? []).map((hint) => `\n${hint}`).join('');
    super(`${failed}${hints}\n\n${run.timeline()}\n`, cause === undefined ? {} : { cause });
    if (error) this.error = error;
  }
}
