import {
  isTerminalStatus,
  type OperationStatus,
  type OperationType,
  type Operation,
  type OperationAction,
  type OperationUpdate,
} from '../../wire/operation.js';
import { calledFromHere } from '../context/called-from-here.js';
import { Completion, type Follower } from '../context/completion.js';
import type { EngineContext } from '../context/engine-context.js';
import type { OperationId } from '../context/operation-id.js';
import { DurablePromise } from '../durable-promise.js';
import type { Invocation } from '../invocation.js';
import type { InvocationPlugins } from '../plugins/invocation-plugins.js';
import type { CalledOperation } from '../plugins/operation-info.js';
import type { ConversionSubject } from '../serdes/conversion.js';
import { assertSameOperation } from './replay-check.js';

/** Where an operation stands in its execution. */
export interface OperationPlace {
  readonly context: EngineContext;
  readonly id: OperationId;
  readonly name: string | undefined;
}

/** An operation as messages and log records name it. */
export interface NamedOperation {
  readonly id: OperationId;
  readonly name: string | undefined;
  readonly subType: string;
  readonly label: string;
}

/** What the service is told beside an operation's identity. */
export type UpdateContent = Omit<OperationUpdate, 'Id' | 'ParentId' | 'Type' | 'SubType' | 'Name' | 'Action'>;

const NOTHING_ELSE: UpdateContent = {};

/** Waiting for an answer of the service. */
interface ServiceWait {
  /** The status in which it waits; any other ends the wait. */
  status: OperationStatus;
  /** When the service will have gone on, in epoch milliseconds, where that is known. */
  dueMs?: number;
  /** See `Completion.waitForService`. @defaultValue false */
  countsUnfollowed?: boolean;
}

/**
 * One call of a durable operation. `start` runs when nothing is recorded of it yet, `replay` with its record: at the
 * call, or when the service has told of a change while this invocation lives.
 *
 * Whatever the logic itself throws, such as a failing serdes or an `ExecutionError` of user code, ends the invocation:
 * user code cannot catch it.
 */
export abstract class DurableOperation<T> implements NamedOperation, CalledOperation, ConversionSubject {
  abstract readonly type: OperationType;
  abstract readonly subType: string;
  readonly id: OperationId;
  readonly name: string | undefined;
  protected readonly context: EngineContext;
  protected readonly completion: Completion<T>;

  constructor({ context, id, name }: OperationPlace) {
    this.context = context;
    this.id = id;
    this.name = name;
    this.completion = new Completion(context);
  }

  /** Begins or replays the operation, and returns its promise. */
  begin(): DurablePromise<T> {
    this.#begin();
    return new DurablePromise(() => this.completion.follow());
  }

  /** The same for one who needs no promise of it. */
  beginFor(follower: Follower<T>): void {
    this.#begin();
    this.completion.tell(follower);
  }

  /** Whether the operation had not ended when its context did: to go on with it would run code that nothing records. */
  get wasAbandoned(): boolean {
    const { record, type } = this;
    if (record === undefined) return this.isRecorded;
    return (type === 'STEP' || type === 'CONTEXT') && !isTerminalStatus(record.Status);
  }

  /** Whether the service is told of the operation at all. */
  protected get isRecorded(): boolean {
    return true;
  }

  get parentId(): string | undefined {
    return this.context.recordedId;
  }

  get isVirtual(): boolean {
    return !this.isRecorded;
  }

  /**
   * Whether a replay can go on while pages of the state are on their way. Nothing new begins before the last of them is
   * there: a state that cannot be read must not have had effects.
   */
  protected isAnswered(existing: Operation | undefined): boolean {
    return existing !== undefined && isTerminalStatus(existing.Status);
  }

  /** What an answer of the service settles: the operation's own end, unless its result is a promise of its own. */
  protected get outcome(): Pick<Completion<never>, 'settle' | 'waitForService' | 'serviceAnswered'> {
    return this.completion;
  }

  protected abstract start(): void;
  protected abstract replay(existing: Operation): void;

  protected get invocation(): Invocation {
    return this.context.invocation;
  }

  get entityId(): string {
    return this.id.plain;
  }

  get durableExecutionArn(): string {
    return this.invocation.arn;
  }

  /** How messages name the operation. */
  get label(): string {
    return this.name === undefined ? `${this.subType} operation ${this.id.plain}` : `${this.subType} "${this.name}"`;
  }

  /** The operation's newest record; nothing under the id of an operation that is not recorded is its own. */
  protected get record(): Operation | undefined {
    return this.isRecorded ? this.invocation.state.get(this.id.wire) : undefined;
  }

  /** Records an update with whatever is sent next. A finished context records nothing more. */
  protected enqueue(action: OperationAction, content?: UpdateContent): void {
    if (!this.context.isClosed) this.invocation.checkpointer.enqueue(this.#update(action, content));
  }

  /**
   * Records an update, and goes on once it is saved: never when it cannot be, or when the context has finished meanwhile.
   * Told by a callback, as everything between the operations is: a promise at each point cost more than all the rest. One
   * that may run user code has to be {@link calledFromHere}.
   */
  protected save(action: OperationAction, content: UpdateContent | undefined, saved: () => void): void {
    if (this.context.isClosed) return;
    this.invocation.checkpointer.save(this.#update(action, content), () => {
      // An orphan goes no further, even where the service has still taken its word.
      if (!this.context.isClosed) this.guard(saved);
    });
  }

  /** Keeps the invocation alive until the operation is {@link idle}; one that has failed the invocation need not be. */
  protected busy(): void {
    this.context.activity.change('executing', 1);
  }

  protected idle(): void {
    this.context.activity.change('executing', -1);
  }

  /** Hands on a value that may still be on its way; the operation is busy as long as it is. */
  protected whenKnown<R>(value: R | Promise<R>, use: (value: R) => void): void {
    if (!(value instanceof Promise)) return use(value);
    this.busy();
    const used = (known: R) => {
      use(known);
      this.idle();
    };
    value.then(this.guarded(used), this.guarded(rethrow));
  }

  /** Runs a body, and tells how it ends. It may throw at once, and what it returns need not be a promise. */
  protected runToEnd<R>(
    body: () => R | Promise<R>,
    ended: (value: R) => void,
    failed: (thrown: unknown) => void,
  ): void {
    let running: R | Promise<R>;
    try {
      running = body();
    } catch (thrown) {
      return failed(thrown);
    }
    (isPromise(running) ? running : Promise.resolve(running)).then(this.guarded(ended), this.guarded(failed));
  }

  /** Leaves the operation to the service, and replays it when its status has changed. */
  protected awaitService({ status, dueMs, countsUnfollowed = false }: ServiceWait): void {
    const { outcome } = this;
    const { state, waits } = this.invocation;
    const operationId = this.id.wire;
    const watcher = calledFromHere((record: Operation) => {
      if (record.Status === status) return;
      state.unwatch(operationId);
      waits.remove(operationId);
      outcome.serviceAnswered();
      if (!this.context.isClosed) this.guard(() => this.replay(record));
    });
    state.watch(operationId, watcher);
    outcome.waitForService(countsUnfollowed);
    waits.add(operationId, dueMs);
  }

  /** The service has another status for it than those known here: it is not over, and only the service goes on with it. */
  protected awaitUnknown({ Status }: Operation): void {
    this.invocation.warnOfStatus(this, Status);
    this.awaitService({ status: Status });
  }

  /** Runs a piece of the operation's logic; what it throws ends the invocation. */
  protected guard<V>(logic: (value: V) => void, value?: V): void {
    try {
      logic(value as V);
    } catch (error) {
      this.context.fault(error);
    }
  }

  /** The same for a piece that is run later. */
  protected guarded<V>(logic: (value: V) => void): (value: V) => void {
    return (value) => this.guard(logic, value);
  }

  #begin(): void {
    const { plugins } = this.invocation;
    if (plugins) this.#beginObserved(plugins).catch(this.guarded(rethrow));
    else this.#go();
  }

  #go(): void {
    try {
      this.#startOrReplay();
    } catch (error) {
      this.context.fault(error);
    }
  }

  #startOrReplay(): void {
    const existing = this.record;
    const { state } = this.invocation;
    if (!state.isComplete && !this.isAnswered(existing)) return state.onNextPage(() => this.#goOn());
    if (existing === undefined) return this.start();
    assertSameOperation(existing, this);
    this.replay(existing);
  }

  #goOn(): void {
    if (!this.context.isClosed) this.#go();
  }

  /** Plugins know of the operation before anything of it happens. */
  async #beginObserved(plugins: InvocationPlugins): Promise<void> {
    const existing = this.record;
    if (existing) assertSameOperation(existing, this);
    await plugins.met(this, existing);
    this.#goOn();
  }

  #update(action: OperationAction, content: UpdateContent = NOTHING_ELSE): OperationUpdate {
    return {
      Id: this.id.wire,
      ParentId: this.context.recordedId,
      Type: this.type,
      SubType: this.subType,
      Name: this.name,
      Action: action,
      ...content,
    };
  }
}

function isPromise<R>(value: R | Promise<R>): value is Promise<R> {
  return value instanceof Promise || value instanceof DurablePromise;
}

function rethrow(error: unknown): never {
  throw error;
}
