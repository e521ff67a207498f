import {
  type ErrorObject,
  isKnownStatus,
  isTerminalStatus,
  type OpenStatus,
  type Operation,
  type OperationStatus,
  resultOf,
} from '../../wire/operation.js';
import { calledFromHere } from '../context/called-from-here.js';
import { type FailedOperation, rememberOrigin } from '../errors/failure-origin.js';
import { DurableOperationError } from '../errors/operation-errors.js';
import { decode, encode } from '../serdes/conversion.js';
import type { AnySerdes } from '../serdes/serdes.js';
import { DurableOperation, type OperationPlace, type UpdateContent } from './operation.js';

/** An operation that comes to a value, which passes through a serdes, or to an error. */
export abstract class ResultOperation<T> extends DurableOperation<T> {
  readonly #serdes: AnySerdes | undefined;

  /** @param serdes - of this operation; without one the context's default applies */
  constructor(place: OperationPlace, serdes?: AnySerdes) {
    super(place);
    this.#serdes = serdes;
  }

  protected replay(existing: Operation): void {
    const { Status } = existing;
    if (!isKnownStatus(Status)) return this.awaitUnknown(existing);
    if (!isTerminalStatus(Status)) return this.goOn(existing, Status);
    const { Result, Error: recorded } = resultOf(existing);
    if (Status === 'SUCCEEDED') this.succeeded(Result);
    else this.failed(recorded, Status);
  }

  /** Saves the start of what others end: they may have done so at once. @param unanswered - there is no record yet */
  protected saveStart(content: UpdateContent, unanswered: () => void): void {
    const saved = () => {
      const { record } = this;
      if (record) this.replay(record);
      else unanswered();
      this.idle();
    };
    this.save('START', content, calledFromHere(saved));
  }

  /** Nothing has ended yet. */
  protected goOn(_existing: Operation, status: OpenStatus): void {
    this.awaitService({ status });
  }

  protected succeeded(payload: string | undefined): void {
    this.outcome.settle(() => this.decode(payload) as never);
  }

  /**
   * The error is rebuilt from its record on the first run too, so that every run throws the same.
   * @param thrown - by user code, where it has done so in this invocation
   */
  protected failed(recorded: ErrorObject | undefined, status: OperationStatus, thrown?: unknown): void {
    this.outcome.settle(() => {
      const error = this.errorOf(recorded ?? {}, status);
      rememberOrigin(error, { operation: this.asFailed, thrown });
      throw error;
    });
  }

  /** How those are told of the operation who hear of its failure. */
  protected get asFailed(): FailedOperation {
    const { id, name, subType } = this;
    return { id: id.wire, ...(name !== undefined && { name }), subType };
  }

  /** @param _status - in which the operation ended */
  protected errorOf(recorded: ErrorObject, _status: OperationStatus): Error {
    return DurableOperationError.fromErrorObject(recorded);
  }

  protected encode(value: unknown): string | undefined | Promise<string | undefined> {
    return encode(value, this.#serdesInUse, this);
  }

  protected decode(payload: string | undefined): unknown {
    return decode(payload, this.#serdesInUse, this);
  }

  protected get hasSerdes(): boolean {
    return this.#serdesInUse !== undefined;
  }

  get #serdesInUse(): AnySerdes | undefined {
    return this.#serdes ?? this.context.defaultSerdes;
  }
}
