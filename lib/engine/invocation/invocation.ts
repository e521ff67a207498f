import type { DurableExecutionClient } from '../../wire/durable-execution-client.js';
import type { DurableExecutionInvocationInput } from '../../wire/envelope.js';
import { executionIdOf } from '../../wire/durable-execution-arn.js';
import { RunningBodies } from './deadline/running-bodies.js';
import { Checkpointer } from '../state/checkpointer.js';
import { type Clock, systemClock } from '../base/clock.js';
import { type CallFrame, currentFrame, runInFrame } from '../context/call-frame.js';
import type { DurableContext } from '../context/durable-context.js';
import { NestedStarts } from '../context/nested-starts.js';
import { EngineContext } from '../context/engine-context.js';
import { ownMomentOf } from '../state/delivery/end-moment.js';
import { Deliveries, type Delivery } from '../state/delivery/deliveries.js';
import { Ties } from '../state/delivery/ties.js';
import type { DurableInvocation, HandlerSettings } from './durable-invocation.js';
import { EndHooks } from './end-hooks.js';
import { type EngineConfig, STEP_START_HOLD_MS } from './engine-config.js';
import { inputOf } from './invocation-envelope.js';
import type { ErrorKnowledge } from '../base/errors/error-knowledge.js';
import { remainingMsOf } from '../../wire/remaining-time.js';
import type { LambdaContext } from '../base/lambda-context.js';
import { report } from '../context/logging/decision-log.js';
import type { DurableLogger } from '../context/logging/durable-logger.js';
import { guarded } from '../context/logging/guarded.js';
import { JsonLogger } from '../context/logging/json-logger.js';
import { LoggingContext } from '../context/logging/logging-context.js';
import { notRecorded } from './not-recorded.js';
import { outcomeOfFailure } from './outcome.js';
import { refusalOf } from './refusal.js';
import { FailureAround } from '../saga/failure-around.js';
import { Saga, undoesBeforeFailure } from '../saga/saga.js';
import { StopSignal } from '../saga/stop-signal.js';
import type { InvocationScope, OperationScope } from '../scope.js';
import type { InvocationObserver } from './plugins/observer.js';
import type { NamedOperation } from '../context/named-operation.js';
import { type FailurePath, Settlement } from './settlement.js';
import type { ExecutionState } from '../state/execution-state.js';
import { Activity } from './suspension/activity.js';
import { Hold } from './suspension/hold.js';
import { InProcessWaits } from './suspension/in-process-waits.js';
import { UnrecordedCalls } from './suspension/unrecorded-calls.js';

export interface InvocationOptions {
  event: DurableExecutionInvocationInput;
  lambdaContext: LambdaContext;
  client: DurableExecutionClient;
  state: ExecutionState;
  config: EngineConfig;
  /** Creates the plugins of the invocation; absent when no plugin is configured. */
  observe?: (invocation: Invocation) => InvocationObserver;
  /** Extracts the input from the stored input. @defaultValue they are the same */
  readInput?: (stored: unknown) => unknown;
}

/** One Lambda invocation of an execution: the shared state of its operations, and its outcome. */
export class Invocation implements InvocationScope {
  readonly arn: string;
  readonly lambdaContext: LambdaContext;
  readonly remainingMs = (): number => remainingMsOf(this.lambdaContext);
  readonly state: ExecutionState;
  readonly clock: Clock;
  readonly logger: DurableLogger;
  readonly checkpointer: Checkpointer;
  readonly activity: Activity;
  readonly deliveries: Deliveries;
  readonly nestedStarts = new NestedStarts();
  readonly waits: InProcessWaits;
  readonly #ties: Ties;
  readonly bodies = new RunningBodies();
  readonly settlement = new Settlement();
  readonly endHooks = new EndHooks();
  #stopSignal: StopSignal | undefined;
  #isBodyLeft = false;
  hold: Hold | undefined;
  readonly root: EngineContext;
  readonly failureAround: FailureAround;
  /** Absent when no plugin is configured. */
  readonly plugins: InvocationObserver | undefined;
  readonly config: EngineConfig;
  #errors: EngineConfig['errors'];
  maxFailedInvocations: number | false;
  #warnedOf: Set<string> | undefined;
  #unrecordedCalls: UnrecordedCalls | undefined;
  readonly #readInput: (stored: unknown) => unknown;

  constructor({ event, lambdaContext, client, state, config, observe, readInput }: InvocationOptions) {
    this.arn = event.DurableExecutionArn;
    this.lambdaContext = lambdaContext;
    this.state = state;
    this.#readInput = readInput ?? ((stored) => stored);
    const clock = (this.clock = config.clock ?? systemClock);
    this.logger = config.logger ?? new JsonLogger();
    this.config = config;
    this.#errors = config.errors;
    this.maxFailedInvocations = config.maxFailedInvocations ?? false;
    this.plugins = observe?.(this);
    this.checkpointer = this.#checkpointerFor(event, client);
    this.activity = new Activity({
      clock,
      saved: () => this.#savedOrFlushing(),
      onQuiet: () => this.#quiet(),
    });
    this.#ties = new Ties(this, () => this.activity.isAnyExpected || !this.checkpointer.isIdle);
    this.deliveries = this.#newDeliveries();
    this.waits = new InProcessWaits({
      clock,
      remainingMs: this.remainingMs,
      poll: () => this.checkpointer.poll(),
    });
    this.root = new EngineContext({ invocation: this });
    this.failureAround = new FailureAround(this.root);
    this.#countPages();
    guarded(() => this.logger.configureDurableLoggingContext?.(new LoggingContext({ context: this.root })));
  }

  #checkpointerFor(event: DurableExecutionInvocationInput, client: DurableExecutionClient): Checkpointer {
    const { state, config, plugins, clock } = this;
    return new Checkpointer({
      client: plugins?.measured(client) ?? client,
      durableExecutionArn: event.DurableExecutionArn,
      checkpointToken: event.CheckpointToken,
      state: plugins ?? state,
      recordOf: (id) => state.get(id),
      apiErrorCodes: config.apiErrorCodes,
      ...(!state.isComplete && { ready: state.completion }),
      clock,
      holdMs: config.stepStartHoldMs ?? STEP_START_HOLD_MS,
      endedMs: (id) => ownMomentOf(state.get(id.wire)),
      lastOtherEndMs: () => this.#ties.lastOtherEndMs(),
      onFault: (error) => this.fault(error, state.isComplete ? 'checkpoint' : 'initial-state'),
      onSuperseded: () => this.#superseded(),
      onAnswered: () => this.deliveries.lookAgain(),
      onIdle: () => this.activity.check(),
    });
  }

  #newDeliveries(): Deliveries {
    return new Deliveries({
      onBusy: (by) => this.activity.executing(by),
      isOver: () => this.settlement.isSettled,
      onNextPage: (lookAgain) => this.state.onNextPage(lookAgain),
      mayOthersPrecede: (delivery) => this.#mayOthersPrecede(delivery),
      isFirstToBeRecorded: (end) => this.checkpointer.isFirstToBeRecorded(end),
      onDeliveredEarly: (end) => this.checkpointer.deliveredEarly(end),
      ties: this.#ties,
      onAwaitingRecord: () => this.checkpointer.flushSoon(),
    });
  }

  /** Pages of the state that are still to come keep the invocation from being suspended. */
  #countPages(): void {
    if (this.state.isComplete) return;
    this.activity.executing(1);
    const arrived = () => this.activity.executing(-1);
    this.state.completion.then(arrived, () => undefined);
  }

  get requestId(): string {
    return this.lambdaContext.awsRequestId;
  }

  get context(): DurableContext {
    return this.root;
  }

  get input(): unknown {
    return this.#readInput(inputOf(this.state.executionOperation(executionIdOf(this.arn))));
  }

  get isReplaying(): boolean {
    return this.root.isReplaying;
  }

  get isSettled(): boolean {
    return this.settlement.isSettled;
  }

  /** The body of the invocation itself is no operation. */
  get isUnderWay(): boolean {
    return this.activity.isUnderWay || this.bodies.count > 1;
  }

  get settled(): Promise<void> {
    return this.settlement.settled;
  }

  leaveBody(): void {
    this.#isBodyLeft = true;
  }

  proposeSuccess(value: unknown): void {
    if (this.#isBodyLeft) return;
    this.#bodyEnded();
    this.settlement.propose({ kind: 'succeeded', value });
  }

  proposeFailure(error: unknown): void {
    if (this.#isBodyLeft) return;
    this.#bodyEnded();
    this.settlement.propose(outcomeOfFailure(error, 'user-code'));
  }

  handlerFailed(error: unknown): void {
    if (!undoesBeforeFailure(this, error)) this.proposeFailure(error);
  }

  async refuse(problem: Error): Promise<void> {
    const refusal = await refusalOf(problem, this.state);
    this.#bodyEnded();
    this.settlement.fault(refusal);
  }

  holdOpen(): () => void {
    const hold = this.expectHandler();
    hold.begin();
    return () => hold.end();
  }

  pauseHoldDuring(running: PromiseLike<unknown>): void {
    this.expectHandler().pausedDuring(running);
  }

  expectHandler(): Hold {
    return (this.hold ??= new Hold(this.activity));
  }

  inHandler<T>(method: () => T): T {
    this.expectHandler();
    // A handler may call another one, also inside an operation: that stays the place of its code.
    return runInFrame({ ...this.#frameHere, isHandler: true }, method, undefined);
  }

  aroundHandler<V>(receive: (value: V) => void): (value: V) => void {
    const frame = this.#frameHere;
    return (value) => runInFrame(frame, receive, value);
  }

  get #frameHere(): CallFrame {
    return currentFrame() ?? { invocation: this, context: this.root };
  }

  flush(): Promise<void> {
    return this.checkpointer.flushed();
  }

  errorKnowledge(): ErrorKnowledge | undefined | Promise<ErrorKnowledge> {
    return this.#errors?.();
  }

  configure({ errors = this.#errors, maxFailedInvocations = this.maxFailedInvocations }: HandlerSettings): void {
    this.#errors = errors;
    this.maxFailedInvocations = maxFailedInvocations;
  }

  atEnd(hook: () => unknown, when: 'always' | 'suspended'): void {
    this.endHooks.add(hook, when);
  }

  get stopSignal(): StopSignal {
    return (this.#stopSignal ??= new StopSignal(this));
  }

  openSaga(): Saga {
    return new Saga(this.root);
  }

  /** The execution has failed, although only the invocation was to be repeated. */
  giveUp(error: Error): void {
    this.settlement.overrule({ kind: 'failed', error, path: 'user-code' });
  }

  /** Ends the invocation for a failure that user code can neither catch nor prevent by returning first. */
  fault(error: unknown, path: FailurePath): void {
    this.#bodyEnded();
    const outcome = outcomeOfFailure(error, path);
    if (path === 'user-code') this.settlement.fault(outcome);
    else this.settlement.overrule(outcome);
  }

  /** Runs the body; its value or error is a proposal. */
  run(body: (invocation: DurableInvocation) => Promise<unknown>): void {
    this.root.open();
    this.root.whenNextIsKnown(() => {
      this.bodies.begun(this.root);
      const running = runInFrame(
        { invocation: this, context: this.root },
        async (invocation) => body(invocation),
        this,
      );
      running.then(
        (value) => this.proposeSuccess(value),
        (error: unknown) => this.handlerFailed(error),
      );
    });
  }

  /** Stops all counters and timers, so that nothing outlives the invocation in a warm sandbox. */
  stop(): void {
    this.#bodyEnded();
    this.activity.stop();
    this.waits.stop();
    this.#ties.stop();
    this.#unrecordedCalls?.stop();
  }

  /** The root is finished when the outcome is decided: operations that still run record nothing more. */
  #bodyEnded(): void {
    this.root.finish();
  }

  neverRecorded(operation: OperationScope): Promise<never> {
    this.#unrecordedCalls ??= new UnrecordedCalls({
      clock: this.clock,
      remainingMs: this.remainingMs,
      onStuck: (awaited) => this.fault(notRecorded(awaited), 'user-code'),
    });
    this.#unrecordedCalls.add(operation);
    return new Promise(() => undefined);
  }

  /** Nothing can continue in this invocation: everything that is left waits for the service, or for what never comes. */
  #quiet(): void {
    if (!this.#unrecordedCalls?.holdQuiet()) this.settlement.propose({ kind: 'suspended' });
  }

  warnOfStatus({ id, label }: NamedOperation, status: string): void {
    this.#warnedOf ??= new Set();
    if (this.#warnedOf.has(id.wire)) return;
    this.#warnedOf.add(id.wire);
    this.warn(
      `${label} has the status ${status}, which this version of the package does not know: it counts as not finished.`,
      { operationId: id.wire },
    );
  }

  warn(message: string, facts?: object): void {
    report(this.logger, 'warn', { message, executionArn: this.arn, requestId: this.requestId, ...facts });
  }

  #superseded(): void {
    this.#bodyEnded();
    this.settlement.overrule({ kind: 'suspended' });
    this.warn('A checkpoint response had no token: another invocation has taken over, so this one suspends.');
  }

  /** What follows from the end of an item is recorded after it, so only the service could bring another end before. */
  #mayOthersPrecede({ inBatch }: Delivery): boolean {
    if (inBatch === 'nothing') return false;
    if (this.#stopSignal?.isAwaited) return true;
    return this.activity.isAnyExpected || (inBatch !== 'next item' && this.activity.isUnderWay);
  }

  /** Held updates are sent when nothing else runs that could be sent with them. */
  #savedOrFlushing(): boolean {
    if (this.checkpointer.isHolding) this.checkpointer.flushSoon();
    return this.checkpointer.isIdle;
  }
}
