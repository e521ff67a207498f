import { LAMBDA_DEADLINE_CODE } from '../../../wire/error-codes.js';

/** What an invocation waits for, while a call of the durable API is pending. */
export interface AwaitedCall {
  /** Another object means that the wait has made progress in between; the pages of one state count as one wait. */
  readonly wait: object;
  /** The purpose of the call, such as `SUCCEED of Step "charge"`. */
  readonly purpose: string;
  /** Fails the call, as if it had failed by itself, and aborts it. */
  fail(reason: LambdaDeadlineError): void;
}

/** Why a call is abandoned that might still have been answered. */
export class LambdaDeadlineError extends Error {
  override readonly name = 'LambdaDeadlineError';
  readonly code = LAMBDA_DEADLINE_CODE;

  /** What has waited for the call, as a sentence. */
  readonly waiting: string;

  constructor(purpose: string, leftMs: number) {
    const waiting = `The call was for ${purpose}.`;
    super(`No response had arrived ${Math.round(leftMs)} ms before Lambda would end the invocation. ${waiting}`);
    this.waiting = waiting;
  }
}
