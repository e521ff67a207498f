import type { DurableOperationError } from '../base/errors/operation-errors.js';
import type { Serdes } from '../base/serdes/serdes.js';

export interface ChildConfig<T> {
  serdes?: Serdes<T>;
  /** The recorded subtype: 1 to 32 letters, digits, hyphens and underscores. @defaultValue `RunInChildContext` */
  subType?: string;
  /** What is stored instead of a result over 256 KiB; the result itself is then rebuilt by running the body again. */
  summaryGenerator?: (result: T) => string;
  /**
   * Converts the failure inside to the error that is thrown, on the first run and on every replay: it receives the
   * failed operation's own error, or a `StepError` for anything else. If it throws or returns no error, the error is a
   * `ChildContextError`, whose message adds what the mapper did. @defaultValue a `ChildContextError` with the failure
   * as `cause`
   */
  errorMapper?: (originalError: DurableOperationError) => DurableOperationError;
  /**
   * Records nothing for the context itself: its body runs in every invocation and must contain only durable operations.
   * Those that still run when the body ends belong to the context around it: they continue, and are recorded.
   */
  virtualContext?: boolean;
}
