import type { Completion } from '../../context/completion.js';
import type { Next } from '../../scope.js';
import type { CallObserver } from '../../invocation/plugins/observer.js';
import type { OperationCall } from '../operation-call.js';

/** A running call of an operation, for the functions that execute its next steps. */
export interface Running<T = unknown> {
  readonly call: OperationCall<T>;
  /** The completion whose promise the call has returned. */
  readonly completion: Completion<T>;
  /** How the operation completes: the completion, unless that has resolved to a promise of a later completion. */
  outcome: Completion<unknown>;
  /** Absent when no plugin is configured. */
  readonly observer: CallObserver | undefined;
  /**
   * Runs a piece of the definition, and executes the next step: the only way to continue an operation. Once the outer
   * context has finished, nothing continues; an error of the piece ends the invocation. The piece receives the run.
   */
  goOn(piece: (run: this) => Next<unknown> | undefined): void;
  /** Goes on when plugins have been told. Until then it is kept alive, and not known which end comes next. */
  whenReported(telling: Promise<void> | undefined, then: () => void): void;
  /** Something is in progress: the invocation is kept alive. */
  busy(): void;
  /** The operation has completed, or is left to the service. */
  idle(): void;
}
