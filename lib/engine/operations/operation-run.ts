import { isKnownStatus, isTerminalStatus, type Operation } from '../../wire/operation.js';
import { toEpochMs } from '../../wire/timestamp.js';
import type { RunningBody } from '../invocation/border/running-bodies.js';
import { calledFromHere } from '../context/called-from-here.js';
import { Completion } from '../context/completion.js';
import { DurablePromise } from '../base/durable-promise.js';
import { isUnrecoverableError } from '../base/errors/recognise.js';
import type {
  AnswerNext,
  AttemptNext,
  ConcludeNext,
  ConvertNext,
  End,
  EnterNext,
  Follower,
  InvocationScope,
  Next,
  OperationWitness,
  SaveNext,
  ServiceNext,
} from '../scope.js';
import { attemptBody, contextBody } from './bodies.js';
import { awaitService } from './next.js';
import type { OperationCall } from './operation-call.js';
import { assertSameOperation } from './replay-check.js';

/** What a body comes to, and what is next then. */
type BodyEnds = Pick<AttemptNext<unknown>, 'ended' | 'failed'>;

/**
 * Runs one call of an operation: does what its definition says comes next, until it has ended.
 *
 * All that belongs to that is here, and nowhere else. The invocation is kept alive from the moment on in which something
 * is under way, until the operation has ended or is left to the service. Whatever a definition throws, such as a failing
 * serdes, ends the invocation, and so does an `ExecutionError` of user code: it cannot be caught. User code that is
 * reached by an answer of the service finds its own stores of `AsyncLocalStorage`. And once the context around has
 * finished nothing goes on.
 */
export class OperationRun<T> {
  readonly #call: OperationCall<T>;
  readonly #completion: Completion<T>;
  /** How the operation ends: its own completion, unless it has been answered with a promise of that. */
  #outcome: Completion<unknown>;
  /** Absent when no plugin is configured. */
  readonly #witness: OperationWitness | undefined;
  #isBusy = false;

  constructor(call: OperationCall<T>) {
    this.#call = call;
    this.#outcome = this.#completion = new Completion<T>(call);
    this.#witness = call.context.invocation.plugins?.witness(call);
  }

  /** Begins or replays the operation, and returns its promise. */
  begin(): DurablePromise<T> {
    this.#begin();
    return new DurablePromise(() => this.#completion.follow());
  }

  /** The same for one who needs no promise of it. */
  beginFor(follower: Follower<T>): void {
    this.#begin();
    this.#completion.tell(follower);
  }

  get #invocation(): InvocationScope {
    return this.#call.context.invocation;
  }

  #begin(): void {
    const existing = this.#witness && this.#call.record;
    if (existing) this.#goOn(() => this.#meet(existing, () => this.#goOn(() => this.#startOrReplay())));
    else this.#goOn(() => this.#startOrReplay());
  }

  /** Plugins know of an operation that goes on before it does. */
  #meet(existing: Operation, begin: () => void): undefined {
    assertSameOperation(existing, this.#call);
    this.#told(this.#witness!.met(existing), begin);
  }

  /** Goes on when plugins have been told. Until then it is kept alive, and not known which end comes next. */
  #told(telling: Promise<void> | undefined, then: () => void): void {
    if (!telling) return then();
    const { activity } = this.#call.context;
    const { deliveries } = this.#invocation;
    activity.change('executing', 1);
    deliveries.hold();
    const told = () => {
      then();
      deliveries.release();
      activity.change('executing', -1);
    };
    telling.then(told, (error) => this.#call.context.fault(error));
  }

  #startOrReplay(): Next<T> | undefined {
    const call = this.#call;
    const { state } = this.#invocation;
    const existing = call.record;
    if (!state.isComplete && !call.isAnswered(existing)) {
      this.#whenPageIsThere(existing);
      return undefined;
    }
    if (existing === undefined) return call.definition.start(call);
    assertSameOperation(existing, call);
    return this.#replay(existing);
  }

  /** What is not known of an operation may be that it ended before all others. */
  #whenPageIsThere(existing: Operation | undefined): void {
    const { state, deliveries } = this.#invocation;
    const mayHaveEnded = existing === undefined || isTerminalStatus(existing.Status);
    if (mayHaveEnded) deliveries.hold();
    const lookAgain = () => {
      this.#goOn(() => this.#startOrReplay());
      if (mayHaveEnded) deliveries.release();
    };
    state.onNextPage(lookAgain, this.#call);
  }

  /** A status that is not known here is none in which the operation is over: only the service goes on with it. */
  #replay(record: Operation): Next<T> {
    if (isKnownStatus(record.Status)) return this.#call.definition.replay(this.#call, record);
    this.#invocation.warnOfStatus(this.#call, record.Status);
    return awaitService(record.Status);
  }

  /** Runs a piece of the definition, and does what comes next. */
  #goOn(piece: () => Next<unknown> | undefined): void {
    const { context } = this.#call;
    if (context.isClosed) return;
    try {
      const next = piece();
      if (next) this.#do(next);
    } catch (error) {
      context.fault(error);
    }
  }

  #do(next: Next<unknown>): void {
    switch (next.does) {
      case 'attempt':
        return this.#attempt(next);
      case 'enter':
        return this.#enter(next);
      case 'convert':
        return this.#convert(next);
      case 'save':
        return this.#save(next);
      case 'replay':
        return this.#do(this.#replay(next.record));
      case 'service':
        return this.#awaitService(next);
      case 'answer':
        return this.#answer(next as AnswerNext<T>);
      case 'conclude':
        return this.#conclude(next);
      case 'end':
        return this.#told(this.#witness?.ended(), () => this.#end(next.end));
      default:
        return next satisfies never;
    }
  }

  #attempt(next: AttemptNext<unknown>): void {
    this.#busy();
    if (next.isNew) this.#recordStart();
    const { run, given } = attemptBody({ call: this.#call, witness: this.#witness }, next);
    this.#runToEnd(this.#call, run, {
      ended: (value) => (given.end(), next.ended(value)),
      failed: (thrown) => (given.end(), next.failed(thrown)),
    });
  }

  #enter(next: EnterNext<unknown>): void {
    const { child, isNew } = next;
    if (isNew) this.#recordStart();
    const { nestedStarts } = this.#invocation;
    const body = contextBody({ call: this.#call, witness: this.#witness }, next);
    // Before anything else: what still runs below must not record into a context that has returned.
    const ends: BodyEnds = {
      ended: (value) => (child.finish(), next.ended(value)),
      failed: (thrown) => (child.finish(), next.failed(thrown)),
    };
    child.whenNextIsKnown(() => nestedStarts.begin(() => this.#runToEnd(child, body, ends)));
  }

  #convert({ value, then }: ConvertNext<unknown>): void {
    this.#busy();
    const { deliveries } = this.#invocation;
    const { isVirtual, record } = this.#call;
    // Nothing will be recorded of what follows, so it has to come in the same place in every invocation.
    const isNext = isVirtual || (record !== undefined && isTerminalStatus(record.Status));
    if (isNext) deliveries.hold();
    const converted = (piece: () => Next<unknown>) => {
      this.#goOn(piece);
      if (isNext) deliveries.release();
    };
    value.then(
      (known) => converted(() => then(known as never)),
      (error) => converted(() => rethrow(error)),
    );
  }

  #save({ action, content, then }: SaveNext<unknown>): void {
    this.#busy();
    const goOn = () => this.#goOn(then);
    const saved = calledFromHere(() => this.#told(this.#witness?.saved(action), goOn));
    this.#invocation.checkpointer.save(this.#call.update(action, content), { onRecorded: saved });
  }

  /** Leaves the operation to the service, and replays it when its status has changed. */
  #awaitService({ status, dueMs }: ServiceNext): void {
    const call = this.#call;
    const outcome = this.#outcome;
    const { state, waits } = this.#invocation;
    const operationId = call.id.wire;
    const watcher = calledFromHere((record: Operation) => {
      if (record.Status === status) return;
      state.unwatch(operationId);
      waits.remove(operationId);
      outcome.serviceAnswered();
      this.#goOn(() => this.#replay(record));
    });
    state.watch(operationId, watcher);
    // A pending retry lets the invocation suspend even though nobody awaits the operation yet.
    outcome.waitForService(status === 'PENDING');
    waits.add(operationId, dueMs);
    this.#idle();
  }

  #answer({ answer, then }: AnswerNext<T>): void {
    if (this.#outcome === this.#completion) {
      const outcome = (this.#outcome = new Completion<unknown>(this.#call));
      const result = new DurablePromise(() => outcome.follow());
      this.#completion.end(() => answer(result), toEpochMs(this.#call.record?.StartTimestamp) ?? 0);
    }
    this.#goOn(then);
  }

  #conclude(conclusion: ConcludeNext<unknown>): void {
    this.#busy();
    if (this.#call.type === 'CONTEXT') return this.#concludeContext(conclusion);
    const { action, content, end, runsUserCode } = conclusion;
    const saved = () => {
      if (this.#call.context.isClosed) return;
      this.#told(this.#witness?.concluded(content), () => this.#end(end));
    };
    this.#invocation.checkpointer.save(this.#call.update(action, content), {
      end: this.#outcome,
      onRecorded: runsUserCode ? calledFromHere(saved) : saved,
    });
  }

  /** It follows from the ends inside, so it is known before it is recorded. */
  #concludeContext({ action, content, end, mayPrecedeRecord = false }: ConcludeNext<unknown>): void {
    const outcome = this.#outcome;
    outcome.isKnownBefore = mayPrecedeRecord;
    const recorded = () => outcome.recorded(this.#recordedMs);
    this.#invocation.checkpointer.enqueue(this.#call.update(action, content), { end: outcome, onRecorded: recorded });
    this.#told(this.#witness?.concluded(content), () => {
      outcome.conclude(end, action === 'SUCCEED');
      this.#idle();
    });
  }

  #end(end: End<unknown>): void {
    if (this.#call.isVirtual) this.#outcome.endOffRecord(end);
    else this.#outcome.end(end, this.#recordedMs);
    this.#idle();
  }

  get #recordedMs(): number {
    return toEpochMs(this.#call.record?.EndTimestamp) ?? 0;
  }

  /** Runs a body, and goes on with how it ends. It may throw at once, and what it returns need not be a promise. */
  #runToEnd(who: RunningBody, body: () => unknown, { ended, failed }: BodyEnds): void {
    const { bodies } = this.#invocation;
    bodies.begun(who);
    let running: unknown;
    try {
      running = body();
    } catch (thrown) {
      running = Promise.reject(thrown);
    }
    (isPromise(running) ? running : Promise.resolve(running)).then(
      (value) => {
        bodies.ended(who);
        this.#goOn(() => ended(value as never));
      },
      (thrown) => {
        bodies.ended(who);
        this.#goOn(() => {
          if (isUnrecoverableError(thrown)) throw thrown;
          return failed(thrown);
        });
      },
    );
  }

  #recordStart(): void {
    this.#invocation.checkpointer.enqueue(this.#call.update('START'));
  }

  #busy(): void {
    if (this.#isBusy) return;
    this.#isBusy = true;
    this.#call.context.activity.change('executing', 1);
  }

  #idle(): void {
    if (!this.#isBusy) return;
    this.#isBusy = false;
    this.#call.context.activity.change('executing', -1);
  }
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return value instanceof Promise || value instanceof DurablePromise;
}

function rethrow(error: unknown): never {
  throw error;
}
