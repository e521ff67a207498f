import { type ErrorObject, isTerminalStatus, type Operation, type OperationAction } from '../../../wire/operation.js';
import { normaliseThrown } from '../../base/errors/error-object.js';
import { DurableOperationError } from '../../base/errors/operation-errors.js';
import { recordedError } from '../../base/errors/recorded-error.js';
import type { ContextScope } from '../../scope.js';
import type { CallObserver, ObservedCall } from './observer.js';
import type { UpdateContent } from '../../operations/update-content.js';
import { endsOutside } from '../../state/delivery/end-moment.js';
import { infoOfRecord, toDate } from './operation-info.js';
import type { AttemptEndInfo, OperationInfo } from './plugin.js';
import type { PluginCalls } from './plugin-calls.js';

/** The shared state of all calls of an invocation. */
export interface ObserverParts {
  readonly calls: PluginCalls;
  /** Whether the service has changed an operation since the last invocation. */
  isUpdated(operationId: string): boolean;
  attemptEnded(outcome: 'succeeded' | 'failed'): void;
  now(): Date;
}

/** An attempt that has run; its end is reported once it is saved. */
interface RanAttempt {
  readonly number: number;
  readonly startTimestamp: Date;
  readonly endTimestamp: Date;
  readonly failure?: { readonly error: Error };
}

/**
 * Calls the plugins for one call of an operation, with the same reports and at the same times as the official SDK
 * 2.4.0, and with more timestamps. The start of an operation that the service completes is reported once it is saved;
 * that of a step or context before its body runs. The end of an attempt and of its step is reported once they are
 * saved; that of a context when its body has ended. All reports come before the code that awaits the operation continues.
 */
export class PluginCallObserver implements CallObserver {
  readonly #call: ObservedCall;
  readonly #parts: ObserverParts;
  readonly #isServiceEnded: boolean;
  /** Whether it had completed before this invocation when it was called. */
  readonly #wasEnded: boolean;
  /** The start of the next attempt is saved already, as for an at-most-once step. */
  #isStartSaved = false;
  #startTimestamp: Date | undefined;
  #attempt: RanAttempt | undefined;
  #failure: { readonly error: unknown } | undefined;

  constructor(call: ObservedCall, parts: ObserverParts) {
    this.#call = call;
    this.#parts = parts;
    this.#isServiceEnded = endsOutside({ Type: call.type });
    this.#wasEnded = call.record !== undefined && isTerminalStatus(call.record.Status);
  }

  met(record: Operation): Promise<void> | undefined {
    if (!this.#isServiceEnded || isTerminalStatus(record.Status)) return undefined;
    return this.#tellStart(() => ({ ...this.#recorded(), isReplay: true }));
  }

  saved(action: OperationAction): Promise<void> | undefined {
    if (action === 'RETRY') return this.#attempt && this.#tellAttemptEnd(this.#attempt);
    if (this.#isServiceEnded) return this.#tellStart(() => this.#recorded());
    this.#isStartSaved = true;
    return undefined;
  }

  async attempt<T>({ number, isNew }: { number: number; isNew: boolean }, body: () => Promise<T>): Promise<T> {
    await this.#tellStart(this.#startOfAttempt(number, isNew));
    const startTimestamp = this.#parts.now();
    const info = () => ({ ...this.#recorded(), startTimestamp, attempt: number });
    await this.#parts.calls.tell('onOperationAttemptStart', info);
    const ran = (failure?: RanAttempt['failure']) => {
      this.#attempt = { number, startTimestamp, endTimestamp: this.#parts.now(), failure };
    };
    try {
      const value = await this.#parts.calls.wrap('wrapOperationAttemptFn', info, body);
      ran();
      return value;
    } catch (thrown) {
      ran({ error: normaliseThrown(thrown) });
      throw thrown;
    }
  }

  async enter<T>(
    { isNew, child }: { isNew: boolean; child: Pick<ContextScope, 'isRebuilding' | 'isReplaying'> },
    body: () => Promise<T>,
  ): Promise<T> {
    const { isVirtual } = this.#call;
    // Of a virtual context everything is reported in each invocation: nothing of it is recorded.
    const isRebuilding = child.isRebuilding && !isVirtual;
    const startTimestamp = this.#begin();
    const called = () => ({ ...this.#called(), startTimestamp });
    const start = () => ({ ...called(), ...(isNew && { status: 'STARTED' as const }), isReplay: !isNew });
    if (!isRebuilding) await this.#tellStart(start);
    const isReplayingChildren = isRebuilding || (isVirtual && child.isReplaying);
    const info = () => ({ ...called(), isReplay: isRebuilding, isReplayingChildren });
    try {
      return await this.#parts.calls.wrap('wrapChildContextFn', info, body);
    } catch (error) {
      this.#failure = { error };
      throw error;
    }
  }

  concluded(content: UpdateContent, thrown?: unknown): Promise<void> | undefined {
    if (this.#call.type === 'CONTEXT') return this.#tellContextEnd(content);
    const attempt = this.#attempt;
    if (!attempt) return this.#tellEndWithoutAttempt();
    // Its body may have returned, and what followed have thrown: the strategy of a condition, or the save of the result.
    const hasFailedLater = content.Error !== undefined && !attempt.failure;
    return this.#tellLastAttempt(
      hasFailedLater ? { ...attempt, failure: { error: normaliseThrown(thrown) } } : attempt,
    );
  }

  ended(): Promise<void> | undefined {
    const { isVirtual, id } = this.#call;
    if (isVirtual) return this.#tellVirtualEnd();
    if (!this.#isServiceEnded) return undefined;
    const isReplay = this.#wasEnded && !this.#parts.isUpdated(id.wire);
    return this.#tellEnd(() => ({ ...this.#recorded(), isReplay }));
  }

  /** How the body of a virtual context ended: nothing else reports it. */
  #tellVirtualEnd(): Promise<void> {
    const { context } = this.#call;
    const error = this.#failure && rebuilt(recordedError(this.#failure.error));
    const status = error ? ('FAILED' as const) : ('SUCCEEDED' as const);
    // The code that follows it has run before, so it has run before too.
    const again = context.isReplaying && { isReplayingChildren: true };
    const times = this.#timesOfContext();
    return this.#tellEnd(() => ({
      ...this.#called(),
      ...times,
      status,
      isReplay: true,
      ...(error && { error }),
      ...again,
    }));
  }

  /** Its end is pending: its record has at most its start. */
  #tellContextEnd({ Error: recorded }: UpdateContent): Promise<void> {
    const failure = recorded && { error: rebuilt(recorded) };
    const status = recorded ? ('FAILED' as const) : ('SUCCEEDED' as const);
    const times = this.#timesOfContext();
    return this.#tellEnd(() => ({ ...this.#recorded(), ...times, status, isReplay: false, ...failure }));
  }

  #timesOfContext(): Pick<OperationInfo, 'startTimestamp' | 'endTimestamp'> {
    return { startTimestamp: this.#begin(), endTimestamp: this.#parts.now() };
  }

  /** No body has run in this invocation; it started in this one if its start was saved. */
  async #tellEndWithoutAttempt(): Promise<void> {
    if (this.#isStartSaved) await this.#tellStart(this.#startOfAttempt(1, true));
    return this.#tellEnd(() => this.#recorded());
  }

  async #tellLastAttempt(attempt: RanAttempt): Promise<void> {
    await this.#tellAttemptEnd(attempt);
    const { startTimestamp, endTimestamp } = this.#recorded();
    return this.#tellEnd(() => ({ ...this.#endOf(attempt), startTimestamp, endTimestamp }));
  }

  #tellAttemptEnd(attempt: RanAttempt): Promise<void> {
    this.#attempt = undefined;
    this.#parts.attemptEnded(attempt.failure ? 'failed' : 'succeeded');
    return this.#parts.calls.tell('onOperationAttemptEnd', () => this.#endOf(attempt));
  }

  #endOf({ number, startTimestamp, endTimestamp, failure }: RanAttempt): AttemptEndInfo {
    const outcome = failure ? 'FAILED' : 'SUCCEEDED';
    const times = { startTimestamp, endTimestamp };
    return { ...this.#recorded(), ...times, attempt: number, outcome, error: failure?.error };
  }

  #startOfAttempt(number: number, isNew: boolean): () => OperationInfo {
    const isReplay = number > 1;
    const isStartSaved = this.#isStartSaved;
    this.#isStartSaved = false;
    const startTimestamp = this.#begin();
    if (isNew) return () => ({ ...this.#called(), status: 'STARTED', startTimestamp, isReplay });
    return () => ({ ...this.#recorded(), isReplay: isStartSaved ? isReplay : true });
  }

  /** When it started; before that is recorded, by the clock of the sandbox. */
  #begin(): Date {
    this.#startTimestamp = toDate(this.#call.record?.StartTimestamp) ?? this.#startTimestamp ?? this.#parts.now();
    return this.#startTimestamp;
  }

  #tellStart(info: () => OperationInfo): Promise<void> {
    return this.#parts.calls.tell('onOperationStart', info);
  }

  #tellEnd(info: () => OperationInfo): Promise<void> {
    return this.#parts.calls.tell('onOperationEnd', info);
  }

  /** What is known of it before anything is recorded. */
  #called(): OperationInfo {
    const { id, toldName: name, type, subType, parentId } = this.#call;
    return { id: id.wire, name, type, subType, parentId, isReplay: false };
  }

  /** Its record, if there is one, combined with the call. */
  #recorded(): OperationInfo {
    const { record, id, toldName, type, subType, parentId } = this.#call;
    const info = infoOfRecord(record ?? ({ Id: id.wire, Type: type } as Operation));
    const { name = toldName } = info;
    return { ...info, name, subType: info.subType ?? subType, parentId: info.parentId ?? parentId };
  }
}

function rebuilt(recorded: ErrorObject): Error {
  return DurableOperationError.fromErrorObject(recorded);
}
