import { isEnd } from '../../wire/execution-end.js';
import type { ExecutionState } from '../../local/core/execution-state.js';
import type { HistoryEventForm } from '../../local/http/wire-form.js';
import { isTerminalStatus, type Operation } from '../../wire/operation.js';
import type { CallSubject } from '../../engine/invocation/engine-config.js';
import type { CallStack } from './call-site.js';
import { LiveFailures } from './live-failures.js';
import type { LogRecord } from './log-record.js';

type Listener = () => void;

/** How often the body of an attempt has started. */
interface BodyStart {
  operationId: string;
  attempt: number;
}

/** What was called, and where in the user's code. */
interface LostCall {
  what: string;
  site: string;
}

/** Everything that a test has observed of one execution, and the listeners for changes. */
export class Journal {
  readonly events: HistoryEventForm[] = [];
  readonly logs: LogRecord[] = [];
  readonly bodies: BodyStart[] = [];
  readonly failures = new LiveFailures();
  /** Where operations are called, by their ids: in the newest invocation that has reached them. */
  readonly calls = new Map<string, CallStack>();
  /** The same calls, as the engine has them. */
  readonly #subjects = new Map<string, CallSubject>();
  lastCall: CallStack | undefined;
  problem: string | undefined;
  readonly #listeners = new Set<Listener>();

  constructor(
    readonly arn: string,
    /** The service's own state; it stays here when the service releases an execution that has ended. */
    readonly state: ExecutionState,
  ) {}

  get status(): string {
    return this.state.progress.status;
  }

  get hasEnded(): boolean {
    return isEnd(this.status);
  }

  /** Whether no invocation runs or is about to run: the execution waits for time or for other systems. */
  get isSuspended(): boolean {
    const { progress, untold } = this.state;
    const isRunning = progress.running !== undefined || progress.retryAtMs !== undefined || untold.size > 0;
    return !this.hasEnded && !isRunning && this.invocations.length > 0;
  }

  get invocations(): readonly HistoryEventForm[] {
    return this.events.filter(({ EventType }) => EventType === 'InvocationCompleted');
  }

  called(call: CallSubject, stack: CallStack): void {
    this.calls.set(call.id.wire, stack);
    this.#subjects.set(call.id.wire, call);
    this.lastCall = stack;
  }

  add(event: HistoryEventForm): void {
    this.events.push(event);
    this.#tell();
  }

  /** Makes the test of the execution fail, independent of its outcome; the first problem counts. */
  fail(problem: string): void {
    this.problem ??= problem;
    this.#tell();
  }

  /**
   * The ids of callbacks that can be completed now, with the names that a test uses: their own, or that of the wait for
   * them.
   */
  openCallbacks(): Array<{ callbackId: string; operationId: string; name: string | undefined }> {
    return [...this.state.pending]
      .map((id) => this.state.operations.get(id)!.operation)
      .filter(({ Type }) => Type === 'CALLBACK')
      .map((callback) => ({
        callbackId: callback.CallbackDetails!.CallbackId!,
        operationId: callback.Id,
        name: this.#nameOf(callback),
      }));
  }

  /** Once: calls that no code has awaited, and whose effect or failure is lost when the execution ends now. */
  takeLostCalls(): LostCall[] {
    const subjects = [...this.#subjects];
    this.#subjects.clear();
    const recordOf = (id: string | null | undefined) => this.state.operations.get(id ?? '')?.operation;
    return subjects.flatMap(([id, { isFollowed, type, subType, name = id }]) => {
      const site = this.calls.get(id)?.userSite;
      const record = recordOf(id);
      // The code of an item that its batch has left had not come to its await.
      const around = recordOf(record?.ParentId);
      const isLeft = around !== undefined && !isTerminalStatus(around.Status);
      const isHarmless = isFollowed || record?.Status === 'SUCCEEDED' || type === 'CALLBACK';
      return isHarmless || isLeft || site === undefined ? [] : [{ what: `${subType} "${name}"`, site }];
    });
  }

  /** How often the body of an operation has started. */
  ran(operationId: string): number {
    return this.bodies.filter((body) => body.operationId === operationId).length;
  }

  /** @returns ends the listening */
  onChange(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) listener();
  }

  /** The callback inside `waitForCallback('approval')` has no name. */
  #nameOf({ Name, ParentId }: Operation): string | undefined {
    return Name ?? this.state.operations.get(ParentId ?? '')?.operation.Name;
  }
}
