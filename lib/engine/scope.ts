import type { Operation, OperationAction, OperationStatus, OperationType } from '../wire/operation.js';
import type { RunningBodies, RunningBody } from './invocation/deadline/running-bodies.js';
import type { Checkpointer } from './state/checkpointer.js';
import type { Clock } from './base/clock.js';
import type { DurableContext } from './context/durable-context.js';
import type { NamedOperation } from './context/named-operation.js';
import type { NestedStarts } from './context/nested-starts.js';
import type { OperationId } from './context/operation-id.js';
import type { DeliveredUntil, Deliveries } from './state/delivery/deliveries.js';
import type { DurableInvocation } from './invocation/durable-invocation.js';
import type { DurablePromise } from './base/durable-promise.js';
import type { StopListening } from './saga/saga-scope.js';
import type { EngineConfig } from './invocation/engine-config.js';
import type { DurableLogger } from './context/logging/durable-logger.js';
import type { StepContext } from './operations/step-config.js';
import type { UpdateContent } from './operations/update-content.js';
import type { OperationObserver } from './invocation/plugins/observer.js';
import type { CalledOperation } from './invocation/plugins/operation-info.js';
import type { ConversionSubject } from './base/serdes/conversion.js';
import type { AnySerdes, AnySerdesDeserializer } from './base/serdes/serdes.js';
import type { FailurePath } from './invocation/settlement.js';
import type { ExecutionState } from './state/execution-state.js';
import type { ActivityScope } from './invocation/suspension/activity-scope.js';
import type { Activity } from './invocation/suspension/activity.js';
import type { Hold } from './invocation/suspension/hold.js';
import type { InProcessWaits } from './invocation/suspension/in-process-waits.js';

/*
 * The types by which an invocation, its contexts and its operations refer to each other. An invocation has contexts, a
 * context starts operations, and an operation may open a context: types in one file keep that from being an import
 * cycle.
 */

/** An invocation, for its contexts and operations. */
export interface InvocationScope extends DurableInvocation {
  readonly state: ExecutionState;
  readonly clock: Clock;
  readonly logger: DurableLogger;
  readonly checkpointer: Checkpointer;
  readonly deliveries: Deliveries;
  readonly nestedStarts: NestedStarts;
  readonly activity: Activity;
  readonly waits: InProcessWaits;
  readonly bodies: RunningBodies;
  readonly stopSignal: StopListening<ContextScope>;
  /** Absent when no plugin is configured. */
  readonly plugins: OperationObserver | undefined;
  readonly config: EngineConfig;
  /** Set where code around the handler is told from it. */
  readonly hold: Hold | undefined;
  /** Ends the invocation for a failure that user code can neither catch nor prevent by returning first. */
  fault(error: unknown, path: FailurePath): void;
  /** From now on only a fault ends the invocation: what the handler returns or throws has no effect. */
  leaveBody(): void;
  /**
   * The promise of an operation in a body that runs again for its result: nothing is recorded of it. It never settles, and
   * the execution fails if the body awaits only that.
   */
  neverRecorded(operation: OperationScope): Promise<never>;
  /** Warns once about each operation with an unknown status of a newer service. */
  warnOfStatus(operation: NamedOperation, status: string): void;
}

/** A context of an invocation, for its operations. */
export interface ContextScope extends DurableContext, RunningBody, SerdesDefaults {
  readonly invocation: InvocationScope;
  /** The wire id of the nearest recorded context, this one included; absent at the root. */
  readonly recordedId: string | undefined;
  /** The number of recorded contexts around this one, itself included. */
  readonly depth: number;
  /** The operation of this context; absent for the root. */
  readonly operation: NamedOperation | undefined;
  /** The context completed earlier, and its body runs only for its result; so do the contexts below it. */
  readonly isRebuilding: boolean;
  /** Whether the next operation here is recorded already: the code that leads to it has run before. */
  readonly isReplaying: boolean;
  /** Whether this context or one around it has returned: nothing below it is recorded any more. */
  readonly isClosed: boolean;
  /** The last completion that was delivered when the context finished; absent before. */
  readonly closedAt: DeliveredUntil | undefined;
  /** Whether it is known if the next operation here is recorded. */
  readonly knowsNext: boolean;
  readonly logging: { logger: DurableLogger; isModeAware: boolean };
  readonly activity: ActivityScope;
  /** Continues when it is known whether the next operation here is recorded: usually synchronously; not once it is closed. */
  whenNextIsKnown(goOn: () => void): void;
  /** Starts an operation at a given position, such as the item of a batch; `false` when it may not start. */
  beginAt<T>(position: number, call: NamedCall<T>, follower: Follower<T>): boolean;
  /** The id of the last operation that was called here; at position 0 if none was. */
  readonly lastCalledId: OperationId;
  /** The id of the operation at a position, from 1. */
  idAt(position: number): OperationId;
  /** The context of an operation with its own operations. */
  childOf(operation: ContextOperation, options: ChildScopeOptions): ContextScope;
  /**
   * The body starts: from now on it runs its own code whenever it awaits none of its operations.
   * @param awaitsOuterCode - that code is of the body around it
   */
  open(awaitsOuterCode?: boolean): void;
  /** The body has ended: operations that still run below record nothing more. */
  finish(): void;
  /** Whether no operation starts any more, here or in an outer context. */
  readonly isLeft: boolean;
  /**
   * Leaves the body, and those below it: the next operation that is called here is the last to start. Running ones
   * continue and are recorded.
   */
  leave(): void;
  /** Continues here, also when an outer context is left. */
  stay(): void;
  /**
   * Code has been left by a failure around it: here it calls no operation after this position.
   *
   * @param reached - called once it has come there
   */
  leaveAfter(position: number, reached: () => void): void;
  /** Whether what code calls here now never starts. */
  readonly isCodeLeft: boolean;
  /** Calls an operation here, also after that. */
  evenIfLeft<T>(call: () => T): T;
  /** Ends the invocation for an error of an operation here or of its conversion; the error of an orphan is ignored. */
  fault(error: unknown): void;
  operationFollowed(): void;
  operationSettled(): void;
}

export interface ChildScopeOptions {
  /** The wire id under which the context itself is recorded; without one its operations belong to the outer context. */
  recordedId: string | undefined;
  isRebuilding: boolean;
}

/** Receives the completion of an operation. */
export interface Follower<T> {
  /** What the completion sets going if the follower is the batch of an item; absent where it is code. */
  readonly inBatch?: 'nothing' | 'next item';
  /** @returns `nothing runs` where nothing has become ready to run by the end; anything else where that may be */
  resolve(value: T): unknown;
  /** @returns as {@link resolve} does */
  reject(error: unknown): unknown;
  /** Whether the follower continues without a completion whose record is pending. */
  canWait?(isSuccess: boolean): boolean;
}

/** The conversions of what has none of its own. */
export interface SerdesDefaults {
  readonly defaultSerdes: AnySerdes | undefined;
  readonly defaultCallbackDeserializer: AnySerdesDeserializer | undefined;
}

/** The operation of a context. */
export interface ContextOperation extends NamedOperation, SerdesDefaults {}

/** The name of an operation's call, and its definition. */
export interface NamedCall<T> {
  readonly name: string | undefined;
  readonly definition: OperationDefinition<T>;
}

/** One call of an operation, for its definition. */
export interface OperationScope extends ContextOperation, CalledOperation, ConversionSubject {
  readonly context: ContextScope;
  /** The newest record; absent under the id of an operation that is not recorded. */
  readonly record: Operation | undefined;
}

/**
 * The definition of an operation: what comes next without a record, and with its record. A definition has no effects
 * itself. It returns what comes next, and the only runner of all operations executes it. The runner also keeps the
 * invocation alive meanwhile, ends it for errors of the definition, and restores the stores of user code.
 */
export interface OperationDefinition<T> {
  readonly type: OperationType;
  readonly subType: string;
  /** What messages call it, in place of its subtype. */
  readonly calledAs?: string | undefined;
  /** Whether the operation is never recorded. */
  readonly isVirtual?: boolean;
  /** Nothing is recorded of it. */
  start(operation: OperationScope): Next<T>;
  /**
   * It has a record: at the call, or since the service has reported a change while this invocation lives. An operation
   * with an unknown status is left to the service before this is called.
   */
  replay(operation: OperationScope, record: Operation): Next<T>;
  /**
   * Whether a replay can continue while pages of the state are pending. Nothing new starts before the last of them has
   * arrived: a state that cannot be read must not have had effects. @defaultValue once the operation has completed
   */
  isAnswered?(existing: Operation | undefined): boolean;
}

/** The next step of an operation. Created by the functions of `next.ts`. */
export type Next<T> =
  | AttemptNext<T>
  | EnterNext<T>
  | ConvertNext<T>
  | SaveNext<T>
  | ReplayNext
  | ServiceNext
  | AnswerNext<T>
  | ConcludeNext<T>
  | EndNext<T>;

/** Returns the result of a completed operation to a follower: it may still need a conversion. */
export type End<T> = () => T | Promise<T>;

export interface AttemptNext<T> {
  readonly does: 'attempt';
  readonly number: number;
  /** Whether the start of the attempt is recorded, with the next request. */
  readonly isNew: boolean;
  body(context: StepContext): unknown;
  ended(value: never): Next<T>;
  failed(thrown: unknown): Next<T>;
}

export interface EnterNext<T> {
  readonly does: 'enter';
  readonly child: ContextScope;
  /** Whether the start of the context is recorded, with the next request. */
  readonly isNew: boolean;
  body(child: ContextScope): unknown;
  ended(value: never): Next<T>;
  failed(thrown: unknown): Next<T>;
}

export interface ConvertNext<T> {
  readonly does: 'convert';
  readonly value: Promise<unknown>;
  then(value: never): Next<T>;
}

export interface SaveNext<T> {
  readonly does: 'save';
  readonly action: OperationAction;
  readonly content: UpdateContent;
  then(): Next<T>;
}

export interface ReplayNext {
  readonly does: 'replay';
  readonly record: Operation;
}

export interface ServiceNext {
  readonly does: 'service';
  /** The status in which the operation waits; any other ends the wait. */
  readonly status: OperationStatus;
  /** When the service will have continued it, in epoch milliseconds, if that is known. */
  readonly dueMs: number | undefined;
}

export interface AnswerNext<T> {
  readonly does: 'answer';
  /** @param result - the promise of how the operation completes */
  answer(result: DurablePromise<unknown>): T;
  then(): Next<unknown>;
}

export interface ConcludeNext<T> {
  readonly does: 'conclude';
  readonly action: 'SUCCEED' | 'FAIL';
  readonly content: UpdateContent;
  readonly end: End<T>;
  /** Whether the completion runs user code, such as a serdes. */
  readonly runsUserCode: boolean;
  /** For an operation with attempts: what made it fail, which need not be what its body threw. */
  readonly thrown?: unknown;
  /**
   * For a context: whether its completion follows only from what has been delivered, so that it may be delivered
   * immediately.
   */
  readonly mayPrecedeRecord?: boolean | undefined;
}

export interface EndNext<T> {
  readonly does: 'end';
  readonly end: End<T>;
}
