import type { Completion } from '../../context/completion.js';
import type { Next, OperationWitness } from '../../scope.js';
import type { OperationCall } from '../operation-call.js';

/** One call of an operation while it runs: what those know of it who do for it what comes next. */
export interface Running<T = unknown> {
  readonly call: OperationCall<T>;
  /** What the call has returned the promise of. */
  readonly completion: Completion<T>;
  /** How the operation ends: the completion, unless that has been answered with a promise of how it will end. */
  outcome: Completion<unknown>;
  /** Absent when no plugin is configured. */
  readonly witness: OperationWitness | undefined;
  /**
   * Runs a piece of the definition, and does what comes next: the one way on for an operation. Once the context around
   * has finished nothing goes on; whatever the piece throws ends the invocation. The piece is given the run.
   */
  goOn(piece: (run: this) => Next<unknown> | undefined): void;
  /** Goes on when plugins have been told. Until then it is kept alive, and not known which end comes next. */
  whenTold(telling: Promise<void> | undefined, then: () => void): void;
  /** Something is under way: the invocation is kept alive. */
  busy(): void;
  /** The operation has ended, or is left to the service. */
  idle(): void;
}
