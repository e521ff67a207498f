import { ERROR_OBJECT_BYTES } from '../../wire/limits.js';
import { type ErrorObject, type Operation, resultOf } from '../../wire/operation.js';
import { ExecutionError } from '../base/errors/execution-error.js';
import { fitErrorObject, recordedError } from '../base/errors/recorded-error.js';
import { toJson } from '../base/serdes/json.js';
import { type OperationId, wireOf } from '../context/operation-id.js';
import { ChildContext } from '../operations/child-context.js';
import { OperationCall } from '../operations/operation-call.js';
import { OperationRun } from '../operations/run/operation-run.js';
import { FAILURE_AROUND } from '../../wire/failure-around.js';
import type { ContextScope } from '../scope.js';
import type { FailureListening } from './saga-scope.js';
import { COMPENSATION, Saga } from './saga.js';

/** Beside the numbered operations, so that nothing shifts. Of one millisecond, only the stop request comes later. */
const ID: OperationId = {
  plain: 'failure-around',
  wire: wireOf('failure-around'),
  position: 2 ** 31 - 2,
  depth: 1,
  parent: undefined,
  inner: undefined,
};

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
  isKnown = false;

  constructor(context: ContextScope) {
    this.#context = context;
  }

  listen(hear: (failure: unknown) => void): void {
    this.#hear = hear;
  }

  expect(): void {
    if (this.#isExpected || !this.#hear) return;
    this.#isExpected = true;
    this.#look();
  }

  record(thrown: unknown): boolean {
    if (this.isKnown || !Saga.mayNeedUndo(this.#context)) return this.isKnown;
    const { invocation, lastCalledId } = this.#context;
    const after = lastCalledId.position;
    // An earlier version of this package has recorded no failure, and already undoes everything.
    if (invocation.state.get(this.#context.idAt(after + 1).wire)?.Name === COMPENSATION) return false;
    const body = async () => ({ error: fitting(recordedError(thrown, await invocation.errorKnowledge())), after });
    this.#follow({ after, body, failureOf: () => thrown });
    return true;
  }

  /** It may have come before everything that is known. */
  #look(): void {
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
    this.isKnown = true;
    const context = this.#context;
    // Code that was left by the failure calls nothing in the first run, and would call more on a replay.
    context.leaveAfter(after);
    const { name, subType } = FAILURE_AROUND;
    const definition = new ChildContext<Recorded>(body, { subType, form: FORM, mayPrecedeRecord: () => false });
    const call = new OperationCall({ context, id: ID }, { name, definition });
    const resolve = (recorded: Recorded) => this.#hear!(failureOf(recorded));
    new OperationRun(call).beginFor({ resolve, reject: () => undefined });
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
