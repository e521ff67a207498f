import { MAX_DELAY_SECONDS } from '../../wire/limits.js';
import type { OperationAction, Operation, OperationUpdate } from '../../wire/operation.js';
import { runInFrame } from '../context/call-frame.js';
import { type Duration, toDelaySeconds, toSeconds } from '../duration.js';
import { DurableOperationError } from '../errors/operation-errors.js';
import { recordedError } from '../errors/recorded-error.js';
import { ContextLogger } from '../logging/context-logger.js';
import { decode, encode } from '../serdes/conversion.js';
import type { AnySerdes } from '../serdes/serdes.js';
import { DurableOperation, type OperationPlace, type UpdateContent } from './operation.js';
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
export abstract class AttemptedOperation<T> extends DurableOperation<T> {
  readonly type = 'STEP';
  readonly #serdes: AnySerdes | undefined;

  constructor(place: OperationPlace, serdes: AnySerdes | undefined) {
    super(place);
    this.#serdes = serdes;
  }

  /** An attempt is due, the first one or the next, and the service has not been told of it. */
  protected abstract beginAttempt(existing: Operation | undefined): void;

  /** An attempt was begun by an invocation that ended before it did. */
  protected abstract resumeAttempt(existing: Operation): void;

  protected start(): void {
    this.beginAttempt(undefined);
  }

  protected replay(existing: Operation): void {
    switch (existing.Status) {
      case 'SUCCEEDED':
        return this.succeeded(existing.StepDetails?.Result);
      case 'PENDING':
        return this.awaitNextAttempt(existing);
      case 'READY':
        return this.beginAttempt(existing);
      case 'STARTED':
        return this.resumeAttempt(existing);
      case 'FAILED':
      case 'CANCELLED':
      case 'TIMED_OUT':
      case 'STOPPED':
        return this.failed(DurableOperationError.fromErrorObject(existing.StepDetails?.Error ?? {}));
      default:
        return existing.Status satisfies never;
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
      this.#conclude('SUCCEED', { Payload: payload }, () => this.succeeded(payload));
    });
  }

  /** Saves that there will be no further attempt. */
  protected fail(thrown: unknown): void {
    const errorObject = recordedError(thrown);
    this.#conclude('FAIL', { Error: errorObject }, () => {
      this.failed(DurableOperationError.fromErrorObject(errorObject));
    });
  }

  /** Saves what this attempt came to, and leaves the next to the service. */
  protected retry(content: Pick<OperationUpdate, 'Payload' | 'Error'>, delay: Duration | undefined): void {
    const seconds = delay ? toSeconds(delay) : DEFAULT_DELAY_SECONDS;
    const NextAttemptDelaySeconds = toDelaySeconds(seconds, MAX_DELAY_SECONDS);
    this.#conclude('RETRY', { ...content, StepOptions: { NextAttemptDelaySeconds } }, () => {
      this.awaitNextAttempt(this.record);
    });
  }

  #conclude(action: OperationAction, content: UpdateContent, saved: () => void): void {
    this.save(action, content, () => {
      saved();
      this.idle();
    });
  }

  protected succeeded(payload: string | undefined): void {
    this.completion.settle(() => this.decode(payload) as T | Promise<T>);
  }

  protected failed(error: Error): void {
    this.completion.settle(() => {
      throw error;
    });
  }

  protected encode(value: T): string | undefined | Promise<string | undefined> {
    return encode(value, this.#serdesInUse, this);
  }

  protected decode(payload: string | undefined): unknown {
    return decode(payload, this.#serdesInUse, this);
  }

  get #serdesInUse(): AnySerdes | undefined {
    return this.#serdes ?? this.context.defaultSerdes;
  }
}

/** The number of the attempt that is running or due: the service counts those that have ended. */
export function attemptOf(existing: Operation | undefined): number {
  return (existing?.StepDetails?.Attempt ?? 0) + 1;
}
