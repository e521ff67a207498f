import { isTerminalStatus, type Operation, resultOf } from '../../wire/operation.js';
import { readStopRequest, STOP_REQUEST, type StopRequest } from '../../wire/stop-request.js';
import { DurablePromise } from '../base/durable-promise.js';
import { calledFromHere } from '../context/called-from-here.js';
import { compareCalls, type OperationId, unnumberedId } from '../context/operation-id.js';
import type { ContextScope, InvocationScope } from '../scope.js';
import type { StopListening } from './saga-scope.js';
import type { Delivery } from '../state/delivery/deliveries.js';
import { endMomentOf } from '../state/delivery/end-moment.js';

/** The greatest order, but no infinity: with one, V8 would keep the positions of all operations as fractions. */
const ID = unnumberedId('stop-request', 2 ** 31 - 1);

interface Listener {
  readonly context: ContextScope;
  /** The last operation that was called in its context before it. */
  readonly after: OperationId;
  /** Whether nothing else continues there until the signal comes. */
  waits: boolean;
  hear: (request: StopRequest) => void;
}

/**
 * The durable signal that an execution should stop: one callback for the whole execution, which is recorded when code
 * first listens. It is delivered in recorded order among the completions of operations, live as on replay.
 */
export class StopSignal implements StopListening<ContextScope> {
  readonly #invocation: InvocationScope;
  readonly #listeners: Listener[] = [];
  /** The completed callback. */
  #record: Operation | undefined;
  #isDelivered = false;
  #hasBegun = false;

  constructor(invocation: InvocationScope) {
    this.#invocation = invocation;
  }

  /** Whether the signal may still come before anything that is not recorded yet. */
  get isAwaited(): boolean {
    return this.#hasBegun && !this.#isDelivered;
  }

  listen(context: ContextScope, hear: (request: StopRequest) => void): void {
    this.#add({ context, after: context.lastCalledId, waits: false, hear: calledFromHere(hear) });
    this.#begin();
  }

  promised(context: ContextScope): DurablePromise<StopRequest> {
    this.#begin();
    const listener: Listener = { context, after: context.lastCalledId, waits: false, hear: () => undefined };
    let promise: Promise<StopRequest> | undefined;
    const observe = () =>
      (promise ??= new Promise((hear) => {
        listener.hear = hear;
        this.#add(listener);
      }));
    const follow = () => {
      const observed = observe();
      this.#await(listener);
      return observed;
    };
    return new DurablePromise(follow, { observe: () => void observe() });
  }

  #add(listener: Listener): void {
    this.#listeners.push(listener);
    // Not at once: where a replay begins to listen only here, the request comes after all code that is ready to run.
    if (this.#record) listener.context.invocation.deliveries.add(this.#deliveryOf(this.#record));
  }

  #await(listener: Listener): void {
    // The request may have come while the promise was only observed.
    if (!this.#listeners.includes(listener)) return;
    const { context } = listener;
    listener.waits = true;
    context.operationFollowed();
    context.activity.blocked(1);
    if (!this.#record) context.invocation.waits.add(ID.wire, undefined);
  }

  #begin(): void {
    if (this.#hasBegun) return;
    this.#hasBegun = true;
    this.#look();
  }

  #look(): void {
    const { state, checkpointer } = this.#invocation;
    const record = state.get(ID.wire);
    if (record) return this.#follow(record);
    if (!state.isComplete) return this.#lookOnNextPage();
    state.watch(ID.wire, (newer) => this.#follow(newer));
    const { Name, SubType } = STOP_REQUEST;
    checkpointer.save({ Id: ID.wire, Type: 'CALLBACK', SubType, Name, Action: 'START', CallbackOptions: {} });
  }

  /** It may have completed before everything that is known. */
  #lookOnNextPage(): void {
    const { state, deliveries } = this.#invocation;
    deliveries.hold();
    state.onNextPage(() => {
      this.#look();
      deliveries.release();
    });
  }

  #follow(record: Operation): void {
    const { state, deliveries, waits } = this.#invocation;
    if (!isTerminalStatus(record.Status)) return state.watch(ID.wire, (newer) => this.#follow(newer));
    state.unwatch(ID.wire);
    waits.remove(ID.wire);
    this.#record = record;
    deliveries.add(this.#deliveryOf(record));
  }

  #deliveryOf(record: Operation): Delivery {
    const listeners = this.#listeners;
    return {
      id: ID,
      recordedMs: endMomentOf(record) ?? 0,
      isKnownBefore: false,
      isDelivered: false,
      inBatch: undefined,
      whileConverting: () => false,
      context: {
        closedAt: undefined,
        recordedId: undefined,
        get knowsNext() {
          return listeners.every(({ context }) => context.knowsNext);
        },
      },
      deliver: () => this.#deliver(requestOf(record)),
    };
  }

  #deliver(request: StopRequest): void {
    this.#isDelivered = true;
    // The bodies of concurrent contexts may start in another order on a replay.
    const listeners = this.#listeners.splice(0).sort((one, other) => compareCalls(one.after, other.after));
    for (const { context, waits, hear } of listeners) {
      if (waits) {
        context.activity.blocked(-1);
        context.operationSettled();
      }
      hear(request);
    }
  }
}

/** A failed callback requests a stop as well. */
function requestOf(record: Operation): StopRequest {
  const { Result, Error: failure } = resultOf(record);
  if (record.Status === 'SUCCEEDED') return readStopRequest(Result);
  return readStopRequest(
    JSON.stringify({ type: failure?.ErrorType, message: failure?.ErrorMessage, data: failure?.ErrorData }),
  );
}
