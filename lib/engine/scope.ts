import type { DurableExecutionClient } from '../wire/durable-execution-client.js';
import type { Operation, OperationAction, OperationStatus, OperationType, OperationUpdate } from '../wire/operation.js';
import type { RunningBodies, RunningBody } from './invocation/border/running-bodies.js';
import type { Checkpointer } from './state/checkpointer.js';
import type { Clock } from './base/clock.js';
import type { DurableContext } from './context/durable-context.js';
import type { NestedStarts } from './context/nested-starts.js';
import type { OperationId } from './context/operation-id.js';
import type { DeliveredUntil, Deliveries } from './state/delivery/deliveries.js';
import type { DurableInvocation } from './invocation/durable-invocation.js';
import type { DurablePromise } from './base/durable-promise.js';
import type { StopListening } from './saga/saga-scope.js';
import type { AroundAttempt, EngineConfig } from './invocation/engine-config.js';
import type { FailureHooks } from './invocation/failure-hooks.js';
import type { DurableLogger } from './context/logging/durable-logger.js';
import type { StepContext } from './operations/step-config.js';
import type { Ending } from './invocation/outcome.js';
import type { CalledOperation } from './invocation/plugins/operation-info.js';
import type { ConversionSubject } from './base/serdes/conversion.js';
import type { AnySerdes, AnySerdesDeserializer } from './base/serdes/serdes.js';
import type { FailurePath } from './invocation/settlement.js';
import type { ExecutionState, RecordsReceiver } from './state/execution-state.js';
import type { ActivityScope } from './invocation/suspension/activity-scope.js';
import type { Activity } from './invocation/suspension/activity.js';
import type { InProcessWaits } from './invocation/suspension/in-process-waits.js';

/*
 * What an invocation, its contexts and its operations know of each other. An invocation has contexts, a context begins
 * operations, and an operation may open a context: types that stand together keep that from being a circle of imports.
 */

/** One invocation, as its contexts and operations see it. */
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
  readonly childOperationsDepth: number;
  readonly hooks: FailureHooks;
  /** Runs the bodies of attempts, where the settings name something for that. */
  readonly aroundAttempt: AroundAttempt | undefined;
  /** Told of each call of an operation, where the settings name something for that. */
  readonly onCall: EngineConfig['onCall'];
  /** Whether attempts that were cut off count as failed ones. */
  readonly countsInterrupted: boolean;
  /** Ends the invocation for a failure that user code may neither catch nor outrun. */
  fault(error: unknown, path: FailurePath): void;
  /** Tells once of each operation whose status a newer service has brought. */
  warnOfStatus(operation: NamedOperation, status: string): void;
}

/** Who observes the operations of an invocation: its plugins. */
export interface OperationObserver {
  /** Observes one call of an operation. */
  witness(call: WitnessedCall): OperationWitness;
  /** The trace header that a chained invoke carries on, where a plugin names one. */
  traceHeader(called: CalledOperation, targetFunctionName: string): string | undefined;
  /** What is added to log records. */
  logFields(): Record<string, unknown>;
}

/** A call as whoever observes it sees it. */
export interface WitnessedCall extends CalledOperation {
  readonly context: Pick<ContextScope, 'operation' | 'isReplaying'>;
  readonly record: Operation | undefined;
}

/**
 * Observes one call of an operation. What returns a promise is waited for before the operation goes on; nothing is
 * returned where nobody has to be told.
 */
export interface OperationWitness {
  /** It is called, and something is recorded of it already. */
  met(record: Operation): Promise<void> | undefined;
  /** An update of an operation that goes on is saved. */
  saved(action: OperationAction): Promise<void> | undefined;
  /** Runs the body of an attempt. @param isNew - whether its start was recorded just now */
  attempt<T>(attempt: { number: number; isNew: boolean }, body: () => Promise<T>): Promise<T>;
  /** Runs the body of a context. */
  enter<T>(
    entered: { isNew: boolean; child: Pick<ContextScope, 'isRebuilding' | 'isReplaying'> },
    body: () => Promise<T>,
  ): Promise<T>;
  /** How the operation ends is recorded by this invocation. */
  concluded(content: UpdateContent): Promise<void> | undefined;
  /** The operation ends, and this invocation records nothing of that. */
  ended(): Promise<void> | undefined;
}

/** Who observes an invocation as a whole. */
export interface InvocationObserver extends OperationObserver, RecordsReceiver {
  /** The client of the invocation, its calls being measured where somebody asks for that. */
  measured(client: DurableExecutionClient): DurableExecutionClient;
  /** Runs the invocation between its first and its last hook. */
  run(invoke: () => Promise<Ending>): Promise<Ending>;
}

/** A context of an invocation, as its operations see it. */
export interface ContextScope extends DurableContext, RunningBody {
  readonly invocation: InvocationScope;
  /** The wire id of the nearest context that is recorded, this one included; absent at the root. */
  readonly recordedId: string | undefined;
  /** How many recorded contexts this one lies in, itself included. */
  readonly depth: number;
  /** The operation that this context is; absent for the root. */
  readonly operation: NamedOperation | undefined;
  /** The context has ended long ago, and its body runs only for its result; so do the contexts below it. */
  readonly isRebuilding: boolean;
  /** Whether the next operation here is recorded already: the code that leads to it has run before. */
  readonly isReplaying: boolean;
  /** Whether this context or one around it has returned: nothing below it is recorded any more. */
  readonly isClosed: boolean;
  /** How far ends had been delivered when that was; absent before. */
  readonly closedAt: DeliveredUntil | undefined;
  /** Whether it is known if the next operation here is recorded. */
  readonly knowsNext: boolean;
  readonly logging: { logger: DurableLogger; isModeAware: boolean };
  readonly activity: ActivityScope;
  readonly defaultSerdes: AnySerdes | undefined;
  readonly defaultCallbackDeserializer: AnySerdesDeserializer | undefined;
  /** Goes on once it is known whether the next operation here is recorded: at once, as a rule. */
  whenNextIsKnown(goOn: () => void): void;
  /** Begins an operation at a position of its own, such as the item of a batch; `false` when it may not begin. */
  beginAt<T>(position: number, call: NamedCall<T>, follower: Follower<T>): boolean;
  /** The id of the operation at a position, from 1. */
  idAt(position: number): OperationId;
  /** The context of an operation that has operations of its own. */
  childOf(operation: NamedOperation, options: ChildScopeOptions): ContextScope;
  /** The body begins: from now on it is busy whenever it follows none of its operations. */
  open(): void;
  /** The body has ended: what still runs below records nothing more. */
  finish(): void;
  /** Whether no operation begins any more, here or in a context around. */
  readonly isLeft: boolean;
  /**
   * Leaves the body, and those below it, where they stand: the next operation that is called here is the last to begin. Those
   * under way go on and are recorded.
   */
  leave(): void;
  /** Goes on here, also when a context around is left. */
  stay(): void;
  /** Ends the invocation for what an operation here or its conversion threw; what an orphan throws reaches nobody. */
  fault(error: unknown): void;
  operationFollowed(): void;
  operationSettled(): void;
}

export interface ChildScopeOptions {
  /** The wire id under which the context itself is recorded; without one its operations belong to the context around. */
  recordedId: string | undefined;
  isRebuilding: boolean;
}

/** Who is told how an operation has ended. */
export interface Follower<T> {
  /** Whether no code is told, but only the batch of an item: code learns of the end by that of the batch. */
  readonly isBatch?: boolean;
  /** @returns `nothing runs` where nothing has become ready to run by the end; anything else where that may be */
  resolve(value: T): unknown;
  /** @returns as {@link resolve} does */
  reject(error: unknown): unknown;
  /** Told before its turn that the operation has ended. @returns `can wait` where the follower goes on without the end */
  concluded?(isSuccess: boolean): 'can wait' | undefined;
}

/** An operation as messages and log records name it. */
export interface NamedOperation {
  readonly id: OperationId;
  readonly name: string | undefined;
  readonly subType: string;
  /** How messages name it. */
  readonly label: string;
}

/** What an operation is called with: its name, and what it is. */
export interface NamedCall<T> {
  readonly name: string | undefined;
  readonly definition: OperationDefinition<T>;
}

/** One call of an operation, as its definition sees it. */
export interface OperationScope extends NamedOperation, CalledOperation, ConversionSubject {
  readonly context: ContextScope;
  /** The newest record; nothing under the id of an operation that is not recorded is its own. */
  readonly record: Operation | undefined;
}

/**
 * What an operation is: what comes next when nothing is recorded of it, and with its record. A definition does nothing
 * itself. It says what comes next, and the one runner of all operations does it, with everything that belongs to it:
 * keeping the invocation alive meanwhile, ending it for what the definition throws, and the stores of user code.
 */
export interface OperationDefinition<T> {
  readonly type: OperationType;
  readonly subType: string;
  /** Whether the service is never told of the operation. */
  readonly isVirtual?: boolean;
  /** Nothing is recorded of it. */
  start(operation: OperationScope): Next<T>;
  /**
   * Something is: at the call, or since the service has told of a change while this invocation lives. An operation whose
   * status is not known is left to the service before it comes here.
   */
  replay(operation: OperationScope, record: Operation): Next<T>;
  /**
   * Whether a replay can go on while pages of the state are on their way. Nothing new begins before the last of them is
   * there: a state that cannot be read must not have had effects. @defaultValue once the operation has ended
   */
  isAnswered?(existing: Operation | undefined): boolean;
}

/** What the service is told beside an operation's identity. */
export type UpdateContent = Omit<OperationUpdate, 'Id' | 'ParentId' | 'Type' | 'SubType' | 'Name' | 'Action'>;

/** What comes next in an operation. Made by the functions of `next.ts`. */
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

/** How the end of an operation is given to whoever follows it: it may still have to be converted. */
export type End<T> = () => T | Promise<T>;

export interface AttemptNext<T> {
  readonly does: 'attempt';
  readonly number: number;
  /** Whether the start of the attempt is recorded, with whatever is sent next. */
  readonly isNew: boolean;
  body(context: StepContext): unknown;
  ended(value: never): Next<T>;
  failed(thrown: unknown): Next<T>;
}

export interface EnterNext<T> {
  readonly does: 'enter';
  readonly child: ContextScope;
  /** Whether the start of the context is recorded, with whatever is sent next. */
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
  /** When the service will have gone on, in epoch milliseconds, where that is known. */
  readonly dueMs: number | undefined;
}

export interface AnswerNext<T> {
  readonly does: 'answer';
  /** @param result - the promise of how the operation ends */
  answer(result: DurablePromise<unknown>): T;
  then(): Next<unknown>;
}

export interface ConcludeNext<T> {
  readonly does: 'conclude';
  readonly action: 'SUCCEED' | 'FAIL';
  readonly content: UpdateContent;
  readonly end: End<T>;
  /** Whether the end runs code of the user's, such as a serdes. */
  readonly runsUserCode: boolean;
  /** Of a context: whether its end follows from what has been delivered alone, so that it may be delivered at once. */
  readonly mayPrecedeRecord?: boolean | undefined;
}

export interface EndNext<T> {
  readonly does: 'end';
  readonly end: End<T>;
}
