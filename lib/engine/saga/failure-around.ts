import { ERROR_OBJECT_BYTES } from '../../wire/limits.js';
import { type ErrorObject, type Operation, resultOf } from '../../wire/operation.js';
import { ExecutionError } from '../base/errors/execution-error.js';
import { fitErrorObject, recordedError } from '../base/errors/recorded-error.js';
import { toJson } from '../base/serdes/json.js';
import { isRecordedFrom } from '../context/recorded-from.js';
import { unnumberedId } from '../context/operation-id.js';
import { ChildContext } from '../operations/child-context.js';
import { OperationCall } from '../operations/operation-call.js';
import { OperationRun } from '../operations/run/operation-run.js';
import { FAILURE_AROUND } from '../../wire/failure-around.js';
import type { ContextScope } from '../scope.js';
import type { FailureListening } from './saga-scope.js';
import { COMPENSATION, Saga } from './saga.js';

/** Of one millisecond, only the stop request comes later. */
const ID = unnumberedId('failure-around', 2 ** 31 - 2);

interface Recorded {
  error: ErrorObject;
  /** The position of the last operation that the handler, or code around it, had called. */
  after: number;
}

const FORM = { encode: toJson, decode: (text: string | undefined) => JSON.parse(text!) as Recorded };

/**
 * A failure of code around the handler for which something is undone, such as that of a timer. A later invocation, which
 * goes on with the undos, need not fail so again. So the failure is recorded first, and delivered in recorded order.
 */
export class FailureAround implements FailureListening {
  readonly #context: ContextScope;
  #hear: ((failure: unknown) => void) | undefined;
  #isExpected = false;
  #isFollowed = false;
  #hasCodeEnded = false;
  #begin: (() => void) | undefined;
  isKnown = false;

  constructor(context: ContextScope) {
    this.#context = context;
  }

  listen(hear: (failure: unknown) => void): void {
    this.#hear = hear;
  }

  codeEnded(): void {
    this.#hasCodeEnded = true;
    this.#begin?.();
  }

  expect(): void {
    if (this.#isExpected || !this.#hear) return;
    this.#isExpected = true;
    this.#look();
  }

  record(thrown: unknown): boolean {
    const context = this.#context;
    if (this.isKnown || context.isReplaying) return this.isKnown || this.#recordAfterReplay(thrown);
    if (!Saga.mayNeedUndo(context)) return false;
    this.#recordNew(thrown, context.lastCalledId.position);
    return true;
  }

  /**
   * An earlier invocation has come further than the code here, which is left only there: until then it is unknown what is
   * to be undone.
   */
  #recordAfterReplay(thrown: unknown): boolean {
    // It has undone everything already, for a failure of the method or, in an earlier version, for one that is not recorded.
    if (this.#nameAt(this.#context.lastCalledId.position + 1) === COMPENSATION) return false;
    this.isKnown = true;
    const { state, activity } = this.#context.invocation;
    activity.executing(1);
    const arrived = () => {
      const record = state.get(ID.wire);
      if (record?.Status === 'SUCCEEDED') this.#followRecord(record);
      else this.#recordNew(thrown, this.#lastRecorded());
      activity.executing(-1);
    };
    state.completion.then(arrived, () => undefined);
    return true;
  }

  #lastRecorded(): number {
    const { invocation, lastCalledId } = this.#context;
    let { position } = lastCalledId;
    while (isRecordedFrom(invocation.state, this.#context.idAt(position + 1))) {
      if (this.#nameAt(position + 1) === COMPENSATION) break;
      position += 1;
    }
    return position;
  }

  #nameAt(position: number): string | undefined {
    return this.#context.invocation.state.get(this.#context.idAt(position).wire)?.Name;
  }

  #recordNew(thrown: unknown, after: number): void {
    const { invocation } = this.#context;
    const body = async () => ({ error: fitting(recordedError(thrown, await invocation.errorKnowledge())), after });
    this.#follow({ after, body, failureOf: () => thrown });
  }

  /** It may have come before everything that is known. */
  #look(): void {
    if (this.#isFollowed) return;
    const { state, deliveries } = this.#context.invocation;
    const record = state.get(ID.wire);
    if (record?.Status === 'SUCCEEDED') return this.#followRecord(record);
    if (state.isComplete) return;
    deliveries.hold();
    state.onNextPage(() => {
      this.#look();
      deliveries.release();
    });
  }

  #followRecord(record: Operation): void {
    const known = FORM.decode(resultOf(record).Result);
    const failureOf = ({ error }: Recorded) => new FailedBefore(error);
    this.#follow({ after: known.after, body: () => known, failureOf });
  }

  #follow({ after, body, failureOf }: Followed): void {
    if (this.#isFollowed) return;
    this.isKnown = this.#isFollowed = true;
    const context = this.#context;
    const { name, subType } = FAILURE_AROUND;
    const definition = new ChildContext<Recorded>(body, { subType, form: FORM, mayPrecedeRecord: () => false });
    const resolve = (recorded: Recorded) => this.#hear!(failureOf(recorded));
    // Code that was left by the failure calls nothing in the first run, and would call more on a replay.
    this.#begin = () => {
      this.#begin = undefined;
      const call = new OperationCall({ context, id: ID }, { name, definition });
      new OperationRun(call).beginFor({ resolve, reject: () => undefined });
    };
    context.leaveAfter(after, () => this.#begin?.());
    if (this.#hasCodeEnded) this.#begin?.();
  }
}

/** So that the record is not too large either: it contains a position beside the error. */
const fitting = (error: ErrorObject): ErrorObject => fitErrorObject(error, ERROR_OBJECT_BYTES - 64);

interface Followed {
  after: number;
  body(): Recorded | Promise<Recorded>;
  failureOf(recorded: Recorded): unknown;
}

/** A failure of an earlier invocation. The execution fails with what is recorded of it. */
class FailedBefore extends ExecutionError {
  readonly errorType: string;

  constructor({ ErrorType = 'Error', ErrorMessage = '', ErrorData }: ErrorObject) {
    super(ErrorMessage, ErrorData === undefined ? {} : { errorData: ErrorData });
    this.errorType = ErrorType;
  }
}
