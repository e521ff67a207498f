import { MAX_DELAY_SECONDS } from '../../wire/limits.js';
import type { OpenStatus, Operation, OperationUpdate } from '../../wire/operation.js';
import { toEpochMs } from '../../wire/timestamp.js';
import { runInFrame } from '../context/call-frame.js';
import { calledFromHere } from '../context/called-from-here.js';
import { type Duration, toDelaySeconds, toSeconds } from '../duration.js';
import { isUnrecoverableError } from '../errors/recognise.js';
import { recordedError } from '../errors/recorded-error.js';
import { tellStepFailed } from '../failure-hooks.js';
import { ContextLogger } from '../logging/context-logger.js';
import { ResultOperation } from './result-operation.js';
import type { StepContext } from './step-config.js';

/** Seconds until the next attempt when a strategy names none. */
const DEFAULT_DELAY_SECONDS = 1;

/** What runs in an attempt, and what follows. */
interface AttemptBody<R> {
  body(context: StepContext): Promise<R>;
  ended(value: R): void;
  failed(thrown: unknown): void;
}

/** What runs in attempts, which the service counts and whose next one it schedules: a STEP on the wire. */
export abstract class AttemptedOperation<T> extends ResultOperation<T> {
  readonly type = 'STEP';

  /** An attempt is due, the first one or the next, and the service has not been told of it. */
  protected abstract beginAttempt(existing: Operation | undefined): void;

  /** An attempt was begun by an invocation that ended before it did. */
  protected abstract resumeAttempt(existing: Operation): void;

  protected start(): void {
    this.beginAttempt(undefined);
  }

  protected override goOn(existing: Operation, status: OpenStatus): void {
    switch (status) {
      case 'PENDING':
        return this.#awaitNextAttempt(existing);
      case 'READY':
        return this.beginAttempt(existing);
      case 'STARTED':
        return this.resumeAttempt(existing);
      default:
        return status satisfies never;
    }
  }

  /** Runs the body of an attempt, and tells how it ends. */
  protected runAttempt<R>(number: number, { body, ended, failed }: AttemptBody<R>): void {
    const { invocation, context } = this;
    const frame = { invocation, context, attempt: { operation: this, number } };
    const stepContext = { attempt: number, logger: new ContextLogger(frame) };
    const run = () => runInFrame(frame, () => body(stepContext));
    const { plugins } = invocation;
    this.runToEnd(plugins ? () => plugins.attempt(this, number, async () => run()) : run, ended, failed);
  }

  /** Saves what the last attempt came to. */
  protected succeed(value: T): void {
    this.whenKnown(this.encode(value), (payload) => {
      const saved = () => {
        this.succeeded(payload);
        this.idle();
      };
      // A serdes of the user's reads what was saved.
      this.save('SUCCEED', { Payload: payload }, this.hasSerdes ? calledFromHere(saved) : saved);
    });
  }

  /** Saves that there will be no further attempt, unless what was thrown ends the invocation. */
  protected fail(thrown: unknown): void {
    if (isUnrecoverableError(thrown)) throw thrown;
    this.tellFailed(thrown);
    const errorObject = recordedError(thrown);
    this.save('FAIL', { Error: errorObject }, () => {
      this.failed(errorObject, 'FAILED', thrown);
      this.idle();
    });
  }

  /** Saves what this attempt came to, and leaves the next to the service. */
  protected retry(content: Pick<OperationUpdate, 'Payload' | 'Error'>, delay: Duration | undefined): void {
    const NextAttemptDelaySeconds = delaySecondsOf(delay);
    const saved = () => {
      this.#awaitNextAttempt(this.record);
      this.idle();
    };
    this.save('RETRY', { ...content, StepOptions: { NextAttemptDelaySeconds } }, calledFromHere(saved));
  }

  /** Tells whoever listens that the attempt of now has failed. @param next - delay of the next one, where there is one */
  protected tellFailed(error: unknown, next?: { delay?: Duration }): void {
    const { invocation, record } = this;
    if (!invocation.hooks.onStepFailed) return;
    tellStepFailed(invocation, {
      error,
      operation: this.asFailed,
      attempt: attemptOf(record),
      ...(next && { nextAttemptDelaySeconds: delaySecondsOf(next.delay) }),
      executionArn: invocation.arn,
      requestId: invocation.requestId,
    });
  }

  /** Waits for the next attempt of an operation whose retry is recorded. */
  #awaitNextAttempt(existing: Operation | undefined): void {
    if (existing && existing.Status !== 'PENDING') {
      this.guard(() => this.replay(existing));
      return;
    }
    const dueMs = toEpochMs(existing?.StepDetails?.NextAttemptTimestamp);
    this.awaitService({ status: 'PENDING', dueMs, countsUnfollowed: true });
  }
}

function delaySecondsOf(delay: Duration | undefined): number {
  return toDelaySeconds(delay ? toSeconds(delay) : DEFAULT_DELAY_SECONDS, MAX_DELAY_SECONDS);
}

/** The number of the attempt that is running or due: the service counts those that have ended. */
export function attemptOf(existing: Operation | undefined): number {
  return (existing?.StepDetails?.Attempt ?? 0) + 1;
}
