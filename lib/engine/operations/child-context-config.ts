import type { DurableOperationError } from '../base/errors/operation-errors.js';
import type { Serdes } from '../base/serdes/serdes.js';

export interface ChildConfig<T> {
  serdes?: Serdes<T>;
  /** What is recorded as its kind: 1 to 32 letters, digits, hyphens and underscores. @defaultValue `RunInChildContext` */
  subType?: string;
  /** What is stored in place of a result over 256 KiB; the result itself is then rebuilt by running the body again. */
  summaryGenerator?: (result: T) => string;
  /**
   * Turns what failed inside into the error that is thrown, on the first run and on every replay: the failed operation's
   * own error, or a `StepError` for anything else. One that throws or returns no error leaves it at a `ChildContextError`,
   * whose message goes on with what the mapper did. @defaultValue a `ChildContextError` with it as `cause`
   */
  errorMapper?: (originalError: DurableOperationError) => DurableOperationError;
  /** Records nothing for the context itself: its body runs on every invocation and may hold durable operations only. */
  virtualContext?: boolean;
}
