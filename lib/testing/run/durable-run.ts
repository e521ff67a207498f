import { toErrorObject } from '../../client/control-results.js';
import type { RecordedError } from '../../client/control-types.js';
import { recordedErrorOf } from '../../client/recorded-error-of.js';
import { renderTimeline } from '../../local/cli/timeline/render-timeline.js';
import { assertGraceSeconds, reasonOf } from '../../nest/client/stop-reason.js';
import { assertOptions, type OptionTypes } from '../../nest/errors/assert-options.js';
import type { ApiCall } from '../../local/http/call-log.js';
import type { HistoryEventForm } from '../../local/http/wire-form.js';
import { STOP_REQUEST, writeStopRequest } from '../../wire/stop-request.js';
import { messageOf } from '../../wire/thrown.js';
import type { TestService } from '../service/test-service.js';
import type { LengthOfTime } from '../time/length-of-time.js';
import type { Journal } from './journal.js';
import type { LogRecord } from './log-record.js';
import { callbackIn, errorOf, OperationView, readJson } from './operation-view.js';
import { DurableRunError } from './durable-run-error.js';
import { RecordedRun } from './recorded-run.js';
import { pointOf, type RunPoint } from './run-point.js';
import type { Steering } from './steering.js';

/** Errors with which the engine refuses a call of an operation. */
const REFUSALS: ReadonlySet<string> = new Set([
  'NonDeterministicExecutionError',
  'ContextValidationError',
  'ConfigValidationError',
]);

/** How an execution has ended. */
export interface RunOutcome {
  /** `SUCCEEDED`, `FAILED`, `TIMED_OUT` or `STOPPED`. */
  status: string;
  result?: unknown;
  error?: { type?: string; message?: string; data?: string };
}

/** Why an execution is stopped, and whether it is asked to compensate first. */
export interface StopOptions {
  type?: string;
  message?: string;
  /** @defaultValue false */
  compensate?: boolean;
  /** How long it may take to end by itself, in seconds of the test's time. @defaultValue 60 */
  graceSeconds?: number;
}

export const STOP_OPTIONS: OptionTypes<StopOptions> = {
  compensate: 'boolean',
  graceSeconds: 'number',
  message: 'string',
  type: 'string',
};

interface RunParts {
  journal: Journal;
  steering: Steering;
  hints: () => readonly string[];
}

/** One execution of a test. @typeParam R - its result */
export class DurableRun<R = unknown> extends RecordedRun {
  readonly executionArn: string;

  private readonly journal: Journal;
  private readonly steering: Steering;
  readonly #hints: () => readonly string[];

  constructor(
    private readonly service: TestService,
    { journal, steering, hints }: RunParts,
  ) {
    super();
    this.journal = journal;
    this.steering = steering;
    this.#hints = hints;
    this.executionArn = journal.arn;
  }

  /** In the service's terms: `RUNNING`, `PAUSED`, `SUCCEEDED`, `FAILED`, … */
  get status(): string {
    return this.journal.status;
  }

  get hasEnded(): boolean {
    return this.journal.hasEnded;
  }

  /** Whether none of its code runs: it waits for time or for other systems. */
  get isSuspended(): boolean {
    return this.journal.isSuspended;
  }

  /**
   * Lets the execution continue to its end, and returns its result; time passes as fast as possible.
   * @throws {DurableRunError} when it does not succeed, or cannot continue because time is manual; the message contains
   *   its timeline
   */
  async result(): Promise<R> {
    const { status, result, error } = await this.outcome();
    if (status === 'SUCCEEDED') return result as R;
    const { cause } = this.journal.failures;
    throw new DurableRunError(this, `The execution is ${status}${this.#refusedPlace}`, { error, cause });
  }

  /** Lets the execution continue to its end, whatever the outcome. @throws {DurableRunError} when it cannot continue */
  async outcome(): Promise<RunOutcome> {
    await this.steering.goOnUntil(() => this.hasEnded, 'the execution has ended');
    const { result, error } = this.journal.state.progress;
    const failure = errorOf(error);
    return {
      status: this.status,
      ...(result !== undefined && { result: readJson(result) }),
      ...(failure && { error: failure }),
    };
  }

  /**
   * Lets the execution continue to a point, and stops it there: what it has written is saved, and the response is held
   * back until the test completes a callback of it, kills it, or awaits something that needs time.
   * @throws {DurableRunError} when the execution ends before that point
   * @example
   * ```ts
   * await run.until({ callback: 'approval' });
   * await run.succeedCallback('approval', { approved: true });
   * ```
   */
  async until(point: RunPoint): Promise<this> {
    const { isReached, description } = pointOf(point, {
      run: this,
      hasOpenCallback: (wanted) => this.journal.openCallbacks().some(({ name }) => name === wanted),
    });
    await this.steering.stopAt(isReached, description);
    return this;
  }

  /** The recorded error of an execution that has ended without a result. */
  get failure(): { type?: string; message?: string; data?: string } | undefined {
    return errorOf(this.journal.state.progress.error);
  }

  /** File, line and column of the call that the engine has refused, if that failed the execution. */
  get refusedAt(): string | undefined {
    // Nothing of the execution continues after it: it was the last call.
    return REFUSALS.has(this.failure?.type ?? '') ? this.journal.lastCall?.userSite : undefined;
  }

  /** Lets time pass, and runs everything that becomes due in it. */
  async advance(length: LengthOfTime): Promise<this> {
    await this.steering.advance(length);
    return this;
  }

  /**
   * Kills the running invocation, as a crash of its sandbox does; the service invokes again when time continues.
   * @throws {DurableRunError} when none of its code runs
   */
  crash(): this {
    this.steering.crash();
    return this;
  }

  /** Makes the test fail: code that awaits the execution receives the problem. */
  reject(problem: string): void {
    this.journal.fail(problem);
  }

  /** Pauses the execution: none of its code runs until it is resumed, but its timers continue. */
  async pause(reason?: string): Promise<this> {
    assertReason('pause()', reason);
    return this.#ask(this.service.core.apis.control.pause(this.executionArn, { reason }));
  }

  async resume(reason?: string): Promise<this> {
    assertReason('resume()', reason);
    return this.#ask(this.service.core.apis.control.resume(this.executionArn, { reason }));
  }

  /**
   * Stops the execution from outside. With `compensate` it is asked to compensate first, as by
   * `stop({ compensate: true })` of `DurableClient`, and continues to its end; it is stopped if it has not ended in
   * `graceSeconds`.
   * @throws {DurableRunError} when it should compensate but listens to no request to stop
   */
  async stop(options: StopOptions = {}): Promise<this> {
    assertOptions('stop()', options, STOP_OPTIONS);
    const { compensate = false, graceSeconds = 60 } = options;
    assertGraceSeconds(graceSeconds);
    const reason = recordedErrorOf(reasonOf(options));
    if (compensate) await this.#askToStop(reason, graceSeconds);
    if (!this.hasEnded) await this.service.core.apis.control.stop(this.executionArn, toErrorObject(reason));
    return this;
  }

  async #askToStop(reason: RecordedError, graceSeconds: number): Promise<void> {
    const request = this.operationsNamed(STOP_REQUEST.Name).find(({ subType }) => subType === STOP_REQUEST.SubType);
    if (!request) throw new DurableRunError(this, 'The execution listens to no request to stop, so nothing was done');
    if (!request.hasEnded) await this.succeedCallback(STOP_REQUEST.Name, writeStopRequest(reason));
    await this.steering.goOnWithin(graceSeconds * 1000, () => this.hasEnded);
  }

  /** Completes a callback by its name, as `DurableClient.succeedCallback()` does. */
  async succeedCallback(name: string, value?: unknown): Promise<this> {
    const callbackId = this.openCallback(name);
    await this.#ask(this.service.succeedCallback(callbackId, value));
    this.steering.release();
    return this;
  }

  /** Fails a callback by its name, as `DurableClient.failCallback()` does. */
  async failCallback(name: string, error: Error | RecordedError): Promise<this> {
    const callbackId = this.openCallback(name);
    await this.#ask(this.service.failCallback(callbackId, toErrorObject(failureOf(error))));
    this.steering.release();
    return this;
  }

  async heartbeatCallback(name: string): Promise<this> {
    return this.#ask(this.service.core.apis.callback.heartbeat(this.openCallback(name)));
  }

  /** @throws {DurableRunError} when the service refuses the request; its stack shows the line of the test */
  async #ask(answer: Promise<unknown>): Promise<this> {
    try {
      await answer;
      return this;
    } catch (cause) {
      throw new DurableRunError(this, messageOf(cause), { cause });
    }
  }

  get operations(): readonly OperationView[] {
    const { state, calls } = this.journal;
    const all = state.order.map((id) => state.operations.get(id)!.operation);
    return all
      .filter(({ Type }) => Type !== 'EXECUTION')
      .map((operation) => {
        const { Id } = operation;
        return new OperationView(operation, this.journal.ran(Id), {
          call: calls.get(Id),
          callback: callbackIn(operation, all),
        });
      });
  }

  /** What may explain that the execution has not done what the test expects, such as a stub that was never used. */
  get hints(): readonly string[] {
    return this.#hints();
  }

  /** The history as the service returns it; times are seconds since the epoch. */
  get events(): readonly HistoryEventForm[] {
    return this.journal.events;
  }

  get logs(): readonly LogRecord[] {
    return this.journal.logs;
  }

  /** The invocations that have ended. */
  get invocations(): readonly HistoryEventForm[] {
    return this.journal.invocations;
  }

  /** The requests to the service for this execution. */
  get apiCalls(): readonly ApiCall[] {
    return this.service.core.calls.list().filter(({ label }) => label === this.executionArn);
  }

  timeline(): string {
    return renderTimeline(this.events, { nowMs: this.service.clock.now() }).join('\n');
  }

  get #refusedPlace(): string {
    return this.refusedAt === undefined ? '' : ` for the call at ${this.refusedAt}`;
  }
}

/** @throws {TypeError} for a reason that Lambda would refuse */
function assertReason(place: string, reason: unknown): void {
  if (reason === undefined || (typeof reason === 'string' && reason.length <= 1024)) return;
  throw new TypeError(`${place} takes its reason as a text of at most 1,024 characters: ${place.slice(0, -1)}'why').`);
}

/** As the client reads it. @throws {TypeError} when there is none: the failure would have no text */
export function failureOf(error: unknown): RecordedError {
  if (error !== undefined && error !== null) return recordedErrorOf(error);
  throw new TypeError(`A callback fails with an Error, or with { type, message }, and not with ${error}.`);
}
