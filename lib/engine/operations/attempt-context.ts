import { LONGEST_TIMER_MS, type Timer } from '../base/clock.js';
import { StepInterruptedError } from '../base/errors/operation-errors.js';
import { assertNotSaved } from '../../wire/json-text.js';
import { remainingMsOf } from '../../wire/remaining-time.js';
import type { CallFrame, RunningAttempt } from '../context/call-frame.js';
import { ContextLogger } from '../context/logging/context-logger.js';
import { idempotencyKey } from './idempotency-key.js';
import type { StepContext } from './step-config.js';

/** How long before Lambda's deadline the body of an attempt is aborted: time to stop, and to save the failure. */
const DEADLINE_LEAD_MS = 3_000;

/** The frame of the attempt. */
type AttemptFrame = CallFrame & { readonly attempt: RunningAttempt };

/**
 * The context of an attempt's body. Its logger is a member of its own, so that a copy such as `{ ...context }` has it, as
 * under the official SDK. Rarely used members are created when they are read.
 */
export class AttemptContext implements StepContext {
  readonly attempt: number;
  readonly logger: ContextLogger;
  readonly #frame: AttemptFrame;
  #abortion: AbortController | undefined;
  #timer: Timer | undefined;

  constructor(frame: AttemptFrame) {
    this.#frame = frame;
    this.attempt = frame.attempt.number;
    this.logger = new ContextLogger(frame);
  }

  get idempotencyKey(): string {
    const { invocation, attempt } = this.#frame;
    return idempotencyKey(invocation.arn, attempt.operation.id.wire);
  }

  get attemptKey(): string {
    const { invocation, attempt } = this.#frame;
    return idempotencyKey(invocation.arn, attempt.operation.id.wire, attempt.number);
  }

  get signal(): AbortSignal {
    if (!this.#abortion) {
      this.#abortion = new AbortController();
      this.#watchDeadline();
    }
    return this.#abortion.signal;
  }

  /** For code that logs it. */
  toJSON(): object {
    assertNotSaved('the context of a step');
    return { attempt: this.attempt };
  }

  /** Tells a body that it is no longer awaited. */
  static abort(context: StepContext, reason: Error): void {
    if (#abortion in context) (context.#abortion ??= new AbortController()).abort(reason);
  }

  /** The body has ended: it needs no more signals. */
  finish(): void {
    if (this.#timer !== undefined) this.#frame.invocation.clock.clearTimer(this.#timer);
    this.#timer = undefined;
  }

  #watchDeadline(): void {
    const leftMs = this.#remainingMs();
    const leadMs = Math.min(DEADLINE_LEAD_MS, leftMs / 2);
    this.#tellWhen(leadMs, leftMs);
    // The invocation may end before the body does.
    void this.#frame.invocation.settled.then(() => this.finish());
  }

  #tellWhen(leadMs: number, leftMs: number): void {
    const delayMs = leftMs - leadMs;
    if (!(delayMs >= 0 && delayMs <= LONGEST_TIMER_MS)) return;
    const look = () => {
      const nowLeftMs = this.#remainingMs();
      if (nowLeftMs <= leadMs) this.#abortion?.abort(this.#cutOff());
      // A deadline that does not come nearer is not a deadline: contexts of tests have such values.
      else if (nowLeftMs < leftMs) this.#tellWhen(leadMs, nowLeftMs);
    };
    this.#timer = this.#frame.invocation.clock.setTimer(look, delayMs);
  }

  #cutOff(): StepInterruptedError {
    const { id, name } = this.#frame.attempt.operation;
    return new StepInterruptedError(id.plain, name, 'has not ended, and Lambda is about to end this invocation');
  }

  #remainingMs(): number {
    return remainingMsOf(this.#frame.invocation.lambdaContext);
  }
}
