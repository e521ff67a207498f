import { callbackText } from '../../wire/callback-value.js';
import { isEnd } from '../../wire/execution-end.js';
import { assertOptions } from '../../nest/errors/assert-options.js';
import { stopCompensating } from '../../nest/client/stop-compensating.js';
import { reasonOf } from '../../nest/client/stop-reason.js';
import type { DurableControlClient } from '../../client/control-client.js';
import type { ExecutionDescription, RecordedError } from '../../client/control-types.js';
import { written } from '../../client/written.js';
import { renderTimeline } from '../../local/cli/timeline/render-timeline.js';
import type { TimelineEvent } from '../../local/cli/timeline/timeline-event.js';
import type { Operation } from '../../wire/operation.js';
import { operationsOfHistory } from '../history/operations-of-history.js';
import { DurableRunError } from '../run/durable-run-error.js';
import { failureOf, type RunOutcome, STOP_OPTIONS, type StopOptions } from '../run/durable-run.js';
import { callbackIn, OperationView, readJson } from '../run/operation-view.js';
import { RecordedRun } from '../run/recorded-run.js';
import { pointOf, type RunPoint } from '../run/run-point.js';
import type { LengthOfTime } from '../time/length-of-time.js';
import { setTimeout } from '../time/event-loop.js';

/** Real milliseconds between two requests, increasing. */
const [FIRST_LOOK_MS, LONGEST_LOOK_MS] = [100, 5000];

/** Events that change nothing about what runs. */
const STEERING: ReadonlySet<string> = new Set(['ExecutionPaused', 'ExecutionResumed']);

/** The requests of a run in the cloud to the durable API. */
export interface CloudApi {
  control: DurableControlClient;
  /** The whole history, with data; times are seconds since the epoch. */
  history(executionArn: string): Promise<TimelineEvent[]>;
  /** How long the run waits, in real milliseconds. */
  patienceMs: number;
}

/**
 * One execution in the cloud. Its properties show the state of the last request: `result()`, `until()` and `refresh()`
 * send requests.
 */
export class CloudRun<R = unknown> extends RecordedRun {
  #events: TimelineEvent[] = [];
  #operations: Operation[] = [];
  #description: ExecutionDescription | undefined;
  /** The time of the last request. */
  #seenMs = 0;

  constructor(
    private readonly api: CloudApi,
    readonly executionArn: string,
  ) {
    super();
  }

  /** Requests the current state of the execution. */
  async refresh(): Promise<this> {
    const { control, history } = this.api;
    this.#description = await control.describe(this.executionArn);
    this.#events = await history(this.executionArn);
    this.#operations = operationsOfHistory(this.#events);
    this.#seenMs = Date.now();
    return this;
  }

  get status(): string {
    return this.#description?.status ?? 'UNKNOWN';
  }

  get hasEnded(): boolean {
    return isEnd(this.status);
  }

  /** Whether the last event is the end of an invocation; pauses do not count. */
  get isSuspended(): boolean {
    const last = this.#events.findLast(({ EventType }) => !STEERING.has(EventType ?? ''));
    return !this.hasEnded && last?.EventType === 'InvocationCompleted';
  }

  /**
   * Waits for the end, in real time. @throws {DurableRunError} when the execution does not succeed, or takes too long
   */
  async result(): Promise<R> {
    const { status, result, error } = await this.outcome();
    if (status !== 'SUCCEEDED') throw new DurableRunError(this, `The execution is ${status}`, { error });
    return result as R;
  }

  /** Waits for the end, whatever the outcome. @throws {DurableRunError} when it takes too long */
  async outcome(): Promise<RunOutcome> {
    await this.#wait(() => this.hasEnded, 'the execution has ended');
    const { result } = this.#description!;
    const { status, failure } = this;
    return { status, ...(result !== undefined && { result: readJson(result) }), ...(failure && { error: failure }) };
  }

  /**
   * Waits for a point; the execution is not stopped there. @throws {DurableRunError} when it does not reach that point
   */
  async until(point: RunPoint): Promise<this> {
    const hasOpenCallback = (name: string) => this.findOpenCallback(name) !== undefined;
    const { isReached, description } = pointOf(point, { run: this, hasOpenCallback });
    await this.#wait(isReached, description);
    return this;
  }

  /** The recorded error of an execution that has ended without a result. */
  get failure(): { type?: string; message?: string; data?: string } | undefined {
    const { type, message, data } = this.#description?.error ?? {};
    if (type === undefined && message === undefined) return undefined;
    return { ...(type && { type }), ...(message && { message }), ...(data && { data }) };
  }

  /** All recorded operations; `ran` counts attempts, because nothing else is known of bodies. */
  get operations(): readonly OperationView[] {
    return this.#operations
      .filter(({ Type }) => Type !== 'EXECUTION')
      .map((operation) => {
        const callback = callbackIn(operation, this.#operations);
        return new OperationView(operation, new OperationView(operation, 0).attempts, { callback });
      });
  }

  get events(): readonly TimelineEvent[] {
    return this.#events;
  }

  timeline(): string {
    return renderTimeline(this.#events, { nowMs: this.#seenMs }).join('\n');
  }

  /**
   * Completes the open callback of a name, as `DurableClient.succeedCallback()` does. @throws {DurableRunError} when
   * none is open
   */
  async succeedCallback(name: string, value?: unknown): Promise<this> {
    const text = await written('SendDurableExecutionCallbackSuccess', 'The result', () => callbackText(value));
    await this.api.control.sendCallbackSuccess(await this.#askForCallback(name), text);
    return this;
  }

  /** Fails the open callback of a name. @throws {DurableRunError} when none is open */
  async failCallback(name: string, error: Error | RecordedError): Promise<this> {
    const failure = failureOf(error);
    await this.api.control.sendCallbackFailure(await this.#askForCallback(name), failure);
    return this;
  }

  /** Sends a heartbeat for the open callback of a name. @throws {DurableRunError} when none is open */
  async heartbeatCallback(name: string): Promise<this> {
    await this.api.control.sendCallbackHeartbeat(await this.#askForCallback(name));
    return this;
  }

  /** Pauses the execution: nothing of it runs until it is resumed. Its timers continue. */
  async pause(reason?: string): Promise<this> {
    await this.api.control.pause(this.executionArn, reason === undefined ? {} : { reason });
    return this.refresh();
  }

  async resume(reason?: string): Promise<this> {
    await this.api.control.resume(this.executionArn, reason === undefined ? {} : { reason });
    return this.refresh();
  }

  /** Tells why a test that also runs in this process cannot do this here. @throws {DurableRunError} always: time is real */
  advance(length: LengthOfTime): never {
    const problem = `Time in the cloud is real: it cannot be advanced by ${JSON.stringify(length)}. `;
    throw new DurableRunError(
      this,
      `${problem}Configure shorter waits for the deployed function, or more \`patience\``,
    );
  }

  /** Tells why a test that also runs in this process cannot do this here. @throws {DurableRunError} always: no API can */
  crash(): never {
    throw new DurableRunError(this, 'No API kills an invocation of Lambda: test crashes with DurableTest.create()');
  }

  /**
   * Stops the execution; with `compensate` it is asked to compensate first, as by `stop({ compensate: true })` of
   * `DurableClient`.
   */
  async stop(given: StopOptions = {}): Promise<this> {
    assertOptions('stop()', given, STOP_OPTIONS);
    const { compensate = false, graceSeconds } = given;
    const reason = reasonOf(given);
    const { control } = this.api;
    if (compensate) await stopCompensating(control, this.executionArn, { ...reason, graceSeconds, compensate });
    else await control.stop(this.executionArn, reason);
    return this.refresh();
  }

  async #wait(isReached: () => boolean, what: string): Promise<void> {
    for (let waitedMs = 0, lookMs = FIRST_LOOK_MS; ; lookMs = Math.min(2 * lookMs, LONGEST_LOOK_MS)) {
      await this.refresh();
      if (isReached()) return;
      if (this.hasEnded) throw new DurableRunError(this, `The execution has ended before ${what}`);
      if (waitedMs >= this.api.patienceMs) throw new DurableRunError(this, `It has taken too long before ${what}`);
      waitedMs += lookMs;
      await new Promise<void>((resolve) => setTimeout(resolve, lookMs));
    }
  }

  async #askForCallback(name: string): Promise<string> {
    await this.refresh();
    return this.openCallback(name);
  }
}
