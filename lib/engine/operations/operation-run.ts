import { isKnownStatus, type Operation } from '../../wire/operation.js';
import { runInFrame } from '../context/call-frame.js';
import { calledFromHere } from '../context/called-from-here.js';
import { Completion } from '../context/completion.js';
import { DurablePromise } from '../durable-promise.js';
import { isUnrecoverableError } from '../errors/recognise.js';
import { ContextLogger } from '../logging/context-logger.js';
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
    this.#outcome = this.#completion = new Completion<T>(call.context);
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
    const begin = () => this.#goOn(() => this.#startOrReplay());
    if (existing) this.#goOn(() => this.#meet(existing, begin));
    else begin();
  }

  /** Plugins know of an operation that goes on before it does. */
  #meet(existing: Operation, begin: () => void): undefined {
    assertSameOperation(existing, this.#call);
    this.#told(this.#witness!.met(existing), begin);
  }

  /** Goes on when plugins have been told, and keeps the invocation alive until then. */
  #told(telling: Promise<void> | undefined, then: () => void): void {
    if (!telling) return then();
    const { activity } = this.#call.context;
    activity.change('executing', 1);
    const told = () => {
      then();
      activity.change('executing', -1);
    };
    telling.then(told, (error) => this.#call.context.fault(error));
  }

  #startOrReplay(): Next<T> | undefined {
    const call = this.#call;
    const { state } = this.#invocation;
    const existing = call.record;
    if (!state.isComplete && !call.isAnswered(existing)) {
      state.onNextPage(() => this.#goOn(() => this.#startOrReplay()));
      return undefined;
    }
    if (existing === undefined) return call.definition.start(call);
    assertSameOperation(existing, call);
    return this.#replay(existing);
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

  #attempt({ number, isNew, body, ...ends }: AttemptNext<unknown>): void {
    this.#busy();
    if (isNew) this.#recordStart();
    const { context } = this.#call;
    const { invocation } = context;
    const witness = this.#witness;
    const frame = { invocation, context, attempt: { operation: this.#call, number } };
    const stepContext = { attempt: number, logger: new ContextLogger(frame) };
    const run = () => runInFrame(frame, () => body(stepContext));
    this.#runToEnd(witness ? () => witness.attempt({ number, isNew }, async () => run()) : run, ends);
  }

  #enter({ child, isNew, body, ended, failed }: EnterNext<unknown>): void {
    if (isNew) this.#recordStart();
    const { invocation } = child;
    const run = () => runInFrame({ invocation, context: child }, () => body(child));
    // Before anything else: what still runs below must not record into a context that has returned.
    const ends: BodyEnds = {
      ended: (value) => (child.finish(), ended(value)),
      failed: (thrown) => (child.finish(), failed(thrown)),
    };
    child.whenNextIsKnown(() => this.#runToEnd(() => this.#observed({ child, isNew }, run), ends));
  }

  /** The child finishes with its body also where a plugin goes on around it. */
  #observed(entered: Pick<EnterNext<unknown>, 'child' | 'isNew'>, run: () => unknown): unknown {
    if (!this.#witness) return run();
    return this.#witness.enter(entered, async () => {
      try {
        return await run();
      } finally {
        entered.child.finish();
      }
    });
  }

  #convert({ value, then }: ConvertNext<unknown>): void {
    this.#busy();
    value.then(
      (known) => this.#goOn(() => then(known as never)),
      (error) => this.#call.context.fault(error),
    );
  }

  #save({ action, content, then }: SaveNext<unknown>): void {
    this.#busy();
    const goOn = () => this.#goOn(then);
    const saved = calledFromHere(() => this.#told(this.#witness?.saved(action), goOn));
    this.#invocation.checkpointer.save(this.#call.update(action, content), saved);
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
      const outcome = (this.#outcome = new Completion<unknown>(this.#call.context));
      const result = new DurablePromise(() => outcome.follow());
      this.#completion.settle(() => answer(result));
    }
    this.#goOn(then);
  }

  #conclude({ action, content, end, runsUserCode }: ConcludeNext<unknown>): void {
    const { checkpointer } = this.#invocation;
    const update = this.#call.update(action, content);
    if (this.#call.type === 'CONTEXT') {
      checkpointer.enqueue(update);
      return this.#told(this.#witness?.concluded(content), () => this.#end(end));
    }
    this.#busy();
    const saved = () => {
      if (this.#call.context.isClosed) return;
      this.#told(this.#witness?.concluded(content), () => this.#end(end));
    };
    checkpointer.save(update, runsUserCode ? calledFromHere(saved) : saved);
  }

  #end(end: End<unknown>): void {
    this.#outcome.settle(end);
    this.#idle();
  }

  /** Runs a body, and goes on with how it ends. It may throw at once, and what it returns need not be a promise. */
  #runToEnd(body: () => unknown, { ended, failed }: BodyEnds): void {
    let running: unknown;
    try {
      running = body();
    } catch (thrown) {
      running = Promise.reject(thrown);
    }
    (isPromise(running) ? running : Promise.resolve(running)).then(
      (value) => this.#goOn(() => ended(value as never)),
      (thrown) =>
        this.#goOn(() => {
          if (isUnrecoverableError(thrown)) throw thrown;
          return failed(thrown);
        }),
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
