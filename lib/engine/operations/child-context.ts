import { OPERATION_PAYLOAD_BYTES } from '../../wire/limits.js';
import type { ErrorObject, Operation } from '../../wire/operation.js';
import { runInFrame } from '../context/call-frame.js';
import { EngineContext } from '../context/engine-context.js';
import { DurableOperationError } from '../errors/operation-errors.js';
import { childContextErrorOf } from '../errors/rebuild-as.js';
import { recordedError } from '../errors/recorded-error.js';
import { isUnrecoverableError } from '../errors/recognise.js';
import { decode, encode } from '../serdes/conversion.js';
import type { ChildConfig } from './child-context-config.js';
import { DurableOperation, type OperationPlace, type UpdateContent } from './operation.js';

/**
 * How a run of the body is recorded: `recorded` as an operation of its own; `rebuilt` not at all, since only the result
 * of a context that ended long ago is wanted, or since the context is virtual.
 */
type Recording = 'recorded' | 'rebuilt';

/** What those ask for that are built on a child context. */
export interface ChildContextSettings<T> extends ChildConfig<T> {
  /** The body runs no code of its own but awaits operations from around it, so it is never what keeps things going. */
  awaitsOthersOnly?: boolean;
}

/** A function with operations of its own (PROTOCOL §5.8). */
export class ChildContextOperation<T> extends DurableOperation<T> {
  readonly type = 'CONTEXT';
  readonly subType: string;
  readonly #body: (context: EngineContext) => Promise<T>;
  readonly #config: ChildContextSettings<T>;

  constructor(
    place: OperationPlace,
    body: (context: EngineContext) => Promise<T>,
    config: ChildContextSettings<T> = {},
  ) {
    super(place);
    this.#body = body;
    this.#config = config;
    this.subType = config.subType ?? 'RunInChildContext';
  }

  /** Of a context that has begun, the body leads to what is inside; one without its result needs all that is inside. */
  protected override isAnswered(existing: Operation | undefined): boolean {
    return existing === undefined ? !this.isRecorded : !existing.ContextDetails?.ReplayChildren;
  }

  protected start(): void {
    if (!this.isRecorded) return this.#run('rebuilt');
    this.enqueue('START');
    this.#run('recorded');
  }

  protected replay(existing: Operation): void {
    switch (existing.Status) {
      case 'SUCCEEDED':
        return existing.ContextDetails?.ReplayChildren
          ? this.#run('rebuilt')
          : this.#succeeded(existing.ContextDetails?.Result);
      case 'FAILED':
      case 'CANCELLED':
      case 'TIMED_OUT':
      case 'STOPPED':
        return this.#failed(existing.ContextDetails?.Error);
      case 'STARTED':
      case 'PENDING':
      case 'READY':
        return this.#run('recorded');
      default:
        return existing.Status satisfies never;
    }
  }

  #run(recording: Recording): void {
    const child = this.#openChild(recording);
    child.whenNextIsKnown(() => this.guard(() => this.#runBody(child, recording)));
  }

  #runBody(child: EngineContext, recording: Recording): void {
    const { invocation } = this;
    const body = () => runInFrame({ invocation, context: child }, () => this.#body(child));
    // Before anything else: what still runs below must not record into a context that has returned.
    const ended = (value: T) => {
      child.finish();
      this.#bodySucceeded(value, recording);
    };
    const failed = (thrown: unknown) => {
      child.finish();
      this.#bodyFailed(thrown, recording);
    };
    this.runToEnd(invocation.plugins ? () => this.#observedBody(child, body) : body, ended, failed);
  }

  /** The child finishes with its body also where a plugin goes on around it. */
  #observedBody(child: EngineContext, body: () => Promise<T>): Promise<T> {
    return this.invocation.plugins!.childContext(this, async () => {
      try {
        return await body();
      } finally {
        child.finish();
      }
    });
  }

  protected override get isRecorded(): boolean {
    return !this.#config.virtualContext;
  }

  protected encode(value: T): string | undefined | Promise<string | undefined> {
    return encode(value, this.#serdes, this);
  }

  protected decode(payload: string | undefined): T | Promise<T> {
    return decode(payload, this.#serdes, this) as T | Promise<T>;
  }

  #openChild(recording: Recording): EngineContext {
    const { context, id, invocation, isRecorded } = this;
    const child = new EngineContext({
      invocation,
      parent: context,
      plainId: id.plain,
      recordedId: isRecorded ? id.wire : context.recordedId,
      isRebuilding: isRecorded && recording === 'rebuilt',
      operation: this,
    });
    if (!this.#config.awaitsOthersOnly) child.open();
    return child;
  }

  #bodySucceeded(value: T, recording: Recording): void {
    this.whenKnown(this.encode(value), (payload) => this.#end(value, payload, recording));
  }

  #end(value: T, payload: string | undefined, recording: Recording): void {
    if (recording === 'recorded') this.enqueue('SUCCEED', this.#successContent(value, payload));
    this.#succeeded(payload);
  }

  /** A result that is too large is left out: with `ReplayChildren` the body runs again and rebuilds it. */
  #successContent(value: T, payload: string | undefined): UpdateContent {
    if (payload === undefined || Buffer.byteLength(payload) <= OPERATION_PAYLOAD_BYTES) {
      return { Payload: payload, ...this.#keptChildren };
    }
    return { Payload: this.#config.summaryGenerator?.(value) ?? '', ContextOptions: { ReplayChildren: true } };
  }

  #bodyFailed(thrown: unknown, recording: Recording): void {
    if (isUnrecoverableError(thrown)) throw thrown;
    const errorObject = recordedError(thrown);
    if (recording === 'recorded') this.enqueue('FAIL', { Error: errorObject, ...this.#keptChildren });
    this.#failed(errorObject);
  }

  #succeeded(payload: string | undefined): void {
    this.completion.settle(() => this.decode(payload));
  }

  /** The error is rebuilt from its record on the first run too, so that every run throws the same. */
  #failed(recorded: ErrorObject | undefined): void {
    const { errorMapper = childContextErrorOf } = this.#config;
    this.completion.settle(() => {
      throw errorMapper(DurableOperationError.fromErrorObject(recorded ?? {}));
    });
  }

  /** Keeps the operations inside in the state, for plugins that look at it in later invocations. */
  get #keptChildren(): UpdateContent {
    const isKept = this.context.depth < this.invocation.childOperationsDepth;
    return isKept ? { ContextOptions: { ReplayChildren: true } } : {};
  }

  get #serdes() {
    return this.#config.serdes ?? this.context.defaultSerdes;
  }
}
