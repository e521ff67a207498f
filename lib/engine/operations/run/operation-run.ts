import { Completion } from '../../context/completion.js';
import { DurablePromise } from '../../base/durable-promise.js';
import type { AnswerNext, Follower, Next } from '../../scope.js';
import type { CallObserver } from '../../invocation/plugins/observer.js';
import type { OperationCall } from '../operation-call.js';
import { begin, replayed } from './beginning.js';
import { enterContext, runAttempt } from './bodies.js';
import { answer, conclude, end } from './ending.js';
import type { Running } from './running.js';
import { awaitService, convert, save } from './waiting.js';

/**
 * Runs one call of an operation: executes what its definition returns as the next step, until it has completed.
 *
 * All parts of this are in this folder. The invocation is kept alive while something is in progress, until the
 * operation has completed or is left to the service. An error of a definition, such as a failing serdes, ends the
 * invocation; so does an `ExecutionError` of user code, which cannot be caught. User code that a response of the
 * service resumes finds its own stores of `AsyncLocalStorage`. Once the outer context has finished, nothing continues.
 */
export class OperationRun<T> implements Running<T> {
  readonly call: OperationCall<T>;
  readonly completion: Completion<T>;
  outcome: Completion<unknown>;
  readonly observer: CallObserver | undefined;
  #isBusy = false;

  constructor(call: OperationCall<T>) {
    this.call = call;
    this.outcome = this.completion = new Completion<T>(call);
    this.observer = call.context.invocation.plugins?.observe(call);
  }

  /** Starts or replays the operation, and returns its promise. */
  begin(): DurablePromise<T> {
    begin(this);
    return new DurablePromise(() => {
      this.call.isFollowed = true;
      return this.completion.follow();
    }, this.completion);
  }

  /** The same for a follower that needs no promise. */
  beginFor(follower: Follower<T>): void {
    begin(this);
    this.call.isFollowed = true;
    this.completion.tell(follower);
  }

  goOn(piece: (run: this) => Next<unknown> | undefined): void {
    const { context } = this.call;
    if (context.isClosed) return;
    try {
      const next = piece(this);
      // A function of the user, such as a retry strategy, may have failed the execution: then nothing more is recorded.
      if (next && !context.isClosed) this.#do(next);
    } catch (error) {
      context.fault(error);
    }
  }

  #do(next: Next<unknown>): void {
    switch (next.does) {
      case 'attempt':
        return runAttempt(this, next);
      case 'enter':
        return enterContext(this, next);
      case 'convert':
        return convert(this, next);
      case 'save':
        return save(this, next);
      case 'replay':
        return this.#do(replayed(this, next.record));
      case 'service':
        return awaitService(this, next);
      case 'answer':
        return answer(this, next as AnswerNext<T>);
      case 'conclude':
        return conclude(this, next);
      case 'end':
        return end(this, next);
      default:
        return next satisfies never;
    }
  }

  whenReported(telling: Promise<void> | undefined, then: () => void): void {
    if (!telling) return then();
    const { activity, invocation } = this.call.context;
    const { deliveries } = invocation;
    activity.executing(1);
    deliveries.hold();
    const told = () => {
      then();
      deliveries.release();
      activity.executing(-1);
    };
    telling.then(told, (error: unknown) => this.call.context.fault(error));
  }

  busy(): void {
    if (this.#isBusy) return;
    this.#isBusy = true;
    this.call.context.activity.executing(1);
  }

  idle(): void {
    if (!this.#isBusy) return;
    this.#isBusy = false;
    this.call.context.activity.executing(-1);
  }
}
