import { OPERATION_PAYLOAD_BYTES } from '../../wire/limits.js';
import type { ErrorObject, Operation } from '../../wire/operation.js';
import { runInFrame } from '../context/call-frame.js';
import { EngineContext } from '../context/engine-context.js';
import { DurableOperationError } from '../errors/operation-errors.js';
import { childContextErrorOf } from '../errors/rebuild-as.js';
import { recordedError } from '../errors/recorded-error.js';
import { isUnrecoverableError } from '../errors/recognise.js';
import type { ChildConfig } from './child-context-config.js';
import type { OperationPlace, UpdateContent } from './operation.js';
import { ResultOperation } from './result-operation.js';

/** What those ask for that are built on a child context. */
export interface ChildContextSettings<T> extends ChildConfig<T> {
  /** The body runs no code of its own but awaits operations from around it, so it is never what keeps things going. */
  awaitsOthersOnly?: boolean;
}

/** A function with operations of its own (PROTOCOL §5.8). */
export class ChildContextOperation<T> extends ResultOperation<T> {
  readonly type = 'CONTEXT';
  readonly subType: string;
  readonly #body: (context: EngineContext) => Promise<T>;
  readonly #config: ChildContextSettings<T>;

  constructor(
    place: OperationPlace,
    body: (context: EngineContext) => Promise<T>,
    config: ChildContextSettings<T> = {},
  ) {
    super(place, config.serdes);
    this.#body = body;
    this.#config = config;
    this.subType = config.subType ?? 'RunInChildContext';
  }

  /** Of a context that has begun, the body leads to what is inside; one without its result needs all that is inside. */
  protected override isAnswered(existing: Operation | undefined): boolean {
    return existing === undefined ? !this.isRecorded : !existing.ContextDetails?.ReplayChildren;
  }

  protected start(): void {
    if (this.isRecorded) this.enqueue('START');
    this.#run(this.isRecorded);
  }

  protected override replay(existing: Operation): void {
    if (existing.Status === 'SUCCEEDED' && existing.ContextDetails?.ReplayChildren) this.#run(false);
    else super.replay(existing);
  }

  protected override goOn(): void {
    this.#run(true);
  }

  /**
   * @param records - whether its end is recorded: not where only the result of a context that ended long ago is wanted, or
   *   where the context is virtual
   */
  #run(records: boolean): void {
    const child = this.#openChild(records);
    child.whenNextIsKnown(() => this.guard(() => this.#runBody(child, records)));
  }

  #runBody(child: EngineContext, records: boolean): void {
    const { invocation } = this;
    const body = () => runInFrame({ invocation, context: child }, () => this.#body(child));
    // Before anything else: what still runs below must not record into a context that has returned.
    const ended = (value: T) => {
      child.finish();
      this.#bodySucceeded(value, records);
    };
    const failed = (thrown: unknown) => {
      child.finish();
      this.#bodyFailed(thrown, records);
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

  #openChild(records: boolean): EngineContext {
    const { context, id, invocation, isRecorded } = this;
    const child = new EngineContext({
      invocation,
      parent: context,
      plainId: id.plain,
      recordedId: isRecorded ? id.wire : context.recordedId,
      isRebuilding: isRecorded && !records,
      operation: this,
    });
    if (!this.#config.awaitsOthersOnly) child.open();
    return child;
  }

  #bodySucceeded(value: T, records: boolean): void {
    this.whenKnown(this.encode(value), (payload) => {
      if (records) this.enqueue('SUCCEED', this.#successContent(value, payload));
      this.succeeded(payload);
    });
  }

  /** A result that is too large is left out: with `ReplayChildren` the body runs again and rebuilds it. */
  #successContent(value: T, payload: string | undefined): UpdateContent {
    if (payload === undefined || Buffer.byteLength(payload) <= OPERATION_PAYLOAD_BYTES) {
      return { Payload: payload, ...this.#keptChildren };
    }
    const summary = this.#config.summaryGenerator?.(value) ?? '';
    return { Payload: String(summary), ContextOptions: { ReplayChildren: true } };
  }

  #bodyFailed(thrown: unknown, records: boolean): void {
    if (isUnrecoverableError(thrown)) throw thrown;
    const errorObject = recordedError(thrown);
    if (records) this.enqueue('FAIL', { Error: errorObject, ...this.#keptChildren });
    this.failed(errorObject, 'FAILED', thrown);
  }

  protected override errorOf(recorded: ErrorObject): Error {
    const { errorMapper = childContextErrorOf } = this.#config;
    return errorMapper(DurableOperationError.fromErrorObject(recorded));
  }

  /** Keeps the operations inside in the state, for plugins that look at it in later invocations. */
  get #keptChildren(): UpdateContent {
    const isKept = this.context.depth < this.invocation.childOperationsDepth;
    return isKept ? { ContextOptions: { ReplayChildren: true } } : {};
  }
}
