import type { DeliveredUntil } from '../state/delivery/deliveries.js';
import { DurablePromise } from '../base/durable-promise.js';
import type { LambdaContext } from '../base/lambda-context.js';
import { ContextLogger } from './logging/context-logger.js';
import { guarded } from './logging/guarded.js';
import { LoggingContext } from './logging/logging-context.js';
import type { DurableContextLogger, DurableLogger, LoggerConfig } from './logging/durable-logger.js';
import { aSerdes, assertConfig } from '../operations/call-checks.js';
import { OperationCall } from '../operations/operation-call.js';
import { OperationRun } from '../operations/run/operation-run.js';
import type {
  ChildScopeOptions,
  ContextScope,
  Follower,
  InvocationScope,
  NamedCall,
  ContextOperation,
  OperationDefinition,
} from '../scope.js';
import type { NamedOperation } from './named-operation.js';
import { assertNotSaved } from '../../wire/json-text.js';
import type { AnySerdes, AnySerdesDeserializer, SerdesConfig } from '../base/serdes/serdes.js';
import { currentFrame } from './call-frame.js';
import { contextMisuse, nameProblem, refuse } from './context-checks.js';
import type { StopRequest } from '../../wire/stop-request.js';
import { ContextOperations } from './context-operations.js';
import { type OperationId, operationIdAt } from './operation-id.js';
import { assertPatched, isPatched } from './patches.js';
import { isRecordedFrom } from './recorded-from.js';
import { RecordedScope } from './recorded-scope.js';

export interface EngineContextOptions extends Partial<ChildScopeOptions> {
  invocation: InvocationScope;
  /** Absent for the root. */
  parent?: EngineContext;
  /** The operation of this context; absent for the root. */
  operation?: ContextOperation;
}

const SERDES_CHECKS = [
  aSerdes('defaultSerdes', 'serialize', 'deserialize'),
  aSerdes('defaultCallbackDeserializer', 'deserialize'),
];

/** A context of an invocation: numbers its operations, starts them, and knows whether its body is busy. */
export class EngineContext extends ContextOperations implements ContextScope {
  readonly invocation: InvocationScope;
  readonly recordedId: string | undefined;
  readonly isRebuilding: boolean;
  /** The number of recorded contexts around this one, itself included. */
  readonly depth: number;
  readonly operation: NamedOperation | undefined;
  /** For the operations that are called from now on. */
  defaultSerdes: AnySerdes | undefined;
  defaultCallbackDeserializer: AnySerdesDeserializer | undefined;
  /** That of the nearest recorded context, this one included. */
  readonly activity: RecordedScope;
  readonly #parent: EngineContext | undefined;
  #log: { logger?: DurableLogger; isModeAware?: boolean } | undefined;
  #contextLogger: DurableContextLogger | undefined;
  #position = 0;
  /** The position behind which nothing was recorded: what is recorded now was called later. */
  #livePosition: number | undefined;
  #followedOperations = 0;
  #isOpen = false;
  #awaitsOuterCode = false;
  /**
   * Whether an operation was called since code here last received a completion: until then, what follows may be
   * unknown.
   */
  #hasCalled = false;
  /** The position of the last operation of code that a failure around it has left; absent where there is none. */
  #lastOfLeftCode: number | undefined;
  #reachedLast: (() => void) | undefined;
  /** The position of the last operation that may start here: of any if it stays. Absent if an outer context decides. */
  #lastPosition: number | undefined;

  constructor({ invocation, parent, recordedId, isRebuilding = false, operation }: EngineContextOptions) {
    super();
    this.invocation = invocation;
    this.#parent = parent;
    this.recordedId = recordedId;
    this.operation = operation;
    this.defaultSerdes = operation?.defaultSerdes;
    this.defaultCallbackDeserializer = operation?.defaultCallbackDeserializer;
    this.isRebuilding = isRebuilding || (parent?.isRebuilding ?? false);
    const isVirtual = parent !== undefined && recordedId === parent.recordedId;
    this.activity = isVirtual ? parent.activity : new RecordedScope(invocation.activity, parent?.activity);
    this.depth = parent === undefined ? 0 : parent.depth + (isVirtual ? 0 : 1);
  }

  get isClosed(): boolean {
    return this.activity.closedAt !== undefined;
  }

  get closedAt(): DeliveredUntil | undefined {
    return this.activity.closedAt;
  }

  /** Whether it is not recorded itself: its operations belong to the context around it. */
  get #isVirtual(): boolean {
    return this.activity === this.#parent?.activity;
  }

  get lambdaContext(): LambdaContext {
    return this.invocation.lambdaContext;
  }

  get executionContext(): { readonly durableExecutionArn: string } {
    return { durableExecutionArn: this.invocation.arn };
  }

  /** For a handler that logs its context: all else belongs to the engine, and refers to itself. */
  toJSON(): object {
    assertNotSaved('a durable context');
    return { executionContext: this.executionContext, lambdaContext: this.lambdaContext };
  }

  get logger(): DurableContextLogger {
    return (this.#contextLogger ??= new ContextLogger({ context: this }));
  }

  /** Whether an operation that follows is recorded already: the code that leads to it has run before. */
  get isReplaying(): boolean {
    return this.#isPassed || !this.invocation.state.isComplete;
  }

  /**
   * Whether it is known if the next operation here is recorded. Code of this context runs only then, so that
   * `isReplaying` is correct, also while pages of the state are pending.
   */
  get knowsNext(): boolean {
    return this.invocation.state.isComplete || this.#isNextRecorded;
  }

  /** Continues when it is known whether the next operation here is recorded: usually synchronously; not once it is closed. */
  whenNextIsKnown(goOn: () => void): void {
    if (this.isClosed) return;
    if (this.knowsNext) return goOn();
    const { state, deliveries } = this.invocation;
    deliveries.hold();
    const lookAgain = () => {
      this.whenNextIsKnown(goOn);
      deliveries.release();
    };
    state.onNextPage(lookAgain, this);
  }

  get logging(): { logger: DurableLogger; isModeAware: boolean } {
    const inherited = this.#parent?.logging ?? { logger: this.invocation.logger, isModeAware: true };
    return { ...inherited, ...this.#log };
  }

  configureLogger(config: LoggerConfig | null | undefined): void {
    const { customLogger, modeAware } = config ?? {};
    this.#log ??= {};
    if (customLogger) {
      this.#log.logger = customLogger;
      guarded(() => customLogger.configureDurableLoggingContext?.(new LoggingContext({ context: this })));
    }
    if (modeAware !== undefined && modeAware !== null) this.#log.isModeAware = modeAware;
  }

  configureSerdes(config: SerdesConfig | null | undefined): void {
    // A replay does not run the body of a step: it would read with another serdes than the one that has written.
    const problem = contextMisuse(currentFrame(), this, { label: 'configureSerdes()' });
    if (problem) refuse(problem, this);
    assertConfig(config, { label: `configureSerdes() in ${this.label}` }, SERDES_CHECKS);
    const { defaultSerdes, defaultCallbackDeserializer } = config ?? {};
    this.defaultSerdes = defaultSerdes ?? this.defaultSerdes;
    this.defaultCallbackDeserializer = defaultCallbackDeserializer ?? this.defaultCallbackDeserializer;
  }

  get label(): string {
    return this.operation?.label ?? 'the handler';
  }

  /** Whether the body awaits none of its operations, so that it is busy with code that the engine cannot see. */
  get runsOwnCode(): boolean {
    return this.#isOpen && this.#followedOperations === 0;
  }

  /** Whether the body runs code, as far as the engine knows. A combinator's promises may await operations around it. */
  get isBusy(): boolean {
    return this.runsOwnCode && !(this.#awaitsOuterCode && this.#parent!.#followedOperations > 1);
  }

  open(awaitsOuterCode = false): void {
    this.#isOpen = true;
    this.#awaitsOuterCode = awaitsOuterCode;
    if (this.#followedOperations === 0) this.activity.freeBodies(1);
  }

  /** The body has ended. Operations that still run below a recorded context record nothing more. */
  finish(): void {
    if (this.runsOwnCode) this.activity.freeBodies(-1);
    this.#isOpen = false;
    if (!this.#isVirtual && !this.isClosed) this.activity.finish(this.invocation.deliveries.deliveredUntil);
  }

  get isLeft(): boolean {
    let last = this.#lastPosition;
    for (let outer = this.#parent; outer && last === undefined; outer = outer.#parent) last = outer.#lastPosition;
    return last !== undefined && last < Infinity;
  }

  /** The next operation that is called here is the last to start; those that run continue. */
  leave(): void {
    this.#lastPosition ??= this.#position + 1;
  }

  /** Continues here, also when an outer context is left. */
  stay(): void {
    this.#lastPosition ??= Infinity;
  }

  leaveAfter(position: number, reached: () => void): void {
    this.#lastOfLeftCode = position;
    if (this.isCodeLeft) reached();
    else this.#reachedLast = reached;
  }

  get isCodeLeft(): boolean {
    return this.#position >= (this.#lastOfLeftCode ?? Infinity);
  }

  #tellReached(): void {
    const reached = this.#reachedLast;
    this.#reachedLast = undefined;
    reached?.();
  }

  evenIfLeft<T>(call: () => T): T {
    const last = this.#lastOfLeftCode;
    this.#lastOfLeftCode = undefined;
    try {
      return call();
    } finally {
      this.#lastOfLeftCode = last;
    }
  }

  /** Ends the invocation for an error of an operation here or of its conversion; the error of an orphan is ignored. */
  fault(error: unknown): void {
    if (!this.isClosed) this.invocation.fault(error, 'user-code');
  }

  operationFollowed(): void {
    this.#followedOperations += 1;
    if (this.#isOpen && this.#followedOperations === 1) this.activity.freeBodies(-1);
  }

  operationSettled(): void {
    this.#hasCalled = false;
    this.#followedOperations -= 1;
    if (this.#isOpen && this.#followedOperations === 0) this.activity.freeBodies(1);
  }

  childOf(operation: ContextOperation, { recordedId, isRebuilding }: ChildScopeOptions): EngineContext {
    return new EngineContext({ invocation: this.invocation, parent: this, operation, recordedId, isRebuilding });
  }

  begin<T>(name: string | undefined, definition: OperationDefinition<T>): DurablePromise<T> {
    // The calling code may belong to another invocation than the context: then that one is at fault.
    const frame = currentFrame();
    const { invocation: caller } = frame ?? this;
    if (caller.isSettled || this.isCodeLeft) return neverSettling();
    const call = this.#callAt(this.#position + 1, { name, definition });
    const problem = contextMisuse(frame, this, call) ?? nameProblem(call);
    if (problem) {
      caller.fault(problem, 'user-code');
      return neverSettling();
    }
    this.#position += 1;
    this.#hasCalled = true;
    if (this.#isLeftBehind(call)) return this.#neverEnding(call);
    const running = new OperationRun(call).begin();
    if (this.#reachedLast && this.isCodeLeft) this.#tellReached();
    const { hold } = this.invocation;
    const isAroundHandler = hold && !this.#parent && frame && !frame.isHandler;
    return isAroundHandler ? hold.pausedBy(running) : running;
  }

  beginAt<T>(position: number, named: NamedCall<T>, follower: Follower<T>): boolean {
    const call = this.#callAt(position, named);
    const problem = nameProblem(call);
    if (problem) this.fault(problem);
    if (problem || this.#isLeftBehind(call)) return false;
    this.#position = position;
    new OperationRun(call).beginFor(follower);
    return true;
  }

  get lastCalledId(): OperationId {
    return this.idAt(this.#position);
  }

  idAt(position: number): OperationId {
    return operationIdAt(this.operation?.id, position);
  }

  #callAt<T>(position: number, named: NamedCall<T>): OperationCall<T> {
    const call = new OperationCall({ context: this, id: this.idAt(position) }, named);
    this.invocation.config.onCall?.(call);
    return call;
  }

  stopRequested(): DurablePromise<StopRequest> {
    const frame = currentFrame();
    const { invocation: caller } = frame ?? this;
    if (caller.isSettled) return neverSettling();
    const problem = contextMisuse(frame, this, STOP_CALL);
    if (problem === undefined) return this.invocation.stopSignal.promised(this);
    caller.fault(problem, 'user-code');
    return neverSettling();
  }

  patched(patch: string): boolean {
    return isPatched(this.#place, patch);
  }

  deprecatePatch(patch: string): void {
    assertPatched(this.#place, patch);
  }

  get #place() {
    return {
      context: this,
      next: this.idAt(this.#position + 1),
      isBesideCall: this.#hasCalled,
      isPassed: this.#isPassed,
    };
  }

  /**
   * Whether an operation was called after this moment. The end of a virtual context is not recorded: code behind its last
   * operation has run if what the context around it calls next is recorded.
   */
  get #isPassed(): boolean {
    if (this.isRebuilding || this.#isNextRecorded) return true;
    return this.#isVirtual && this.#parent!.#isPassed;
  }

  get #isNextRecorded(): boolean {
    if (this.#livePosition === this.#position) return false;
    const { state } = this.invocation;
    if (isRecordedFrom(state, this.idAt(this.#position + 1))) return true;
    if (state.isComplete) this.#livePosition = this.#position;
    return false;
  }

  /**
   * The promise of an operation that does not run. A body that runs again for its result may await one that it left in a
   * race; one of which nothing is recorded it should not.
   */
  #neverEnding<T>(call: OperationCall<T>): DurablePromise<T> {
    const { invocation } = this;
    if (!this.isRebuilding || invocation.state.get(call.id.wire)) return neverSettling();
    return new DurablePromise(() => {
      this.activity.blocked(1);
      return invocation.neverRecorded(call);
    });
  }

  #isLeftBehind(call: OperationCall<unknown>): boolean {
    if (this.isClosed || (this.isRebuilding && call.wasAbandoned)) return true;
    return this.isLeft && call.id.position !== this.#lastPosition;
  }
}

const STOP_CALL = { label: 'stopRequested()' };

function neverSettling<T>(): DurablePromise<T> {
  return new DurablePromise(() => new Promise<T>(() => undefined));
}
