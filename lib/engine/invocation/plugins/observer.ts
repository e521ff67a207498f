import type { DurableExecutionClient } from '../../../wire/durable-execution-client.js';
import type { Operation, OperationAction } from '../../../wire/operation.js';
import type { NamedOperation } from '../../context/named-operation.js';
import type { UpdateContent } from '../../operations/update-content.js';
import type { RecordsReceiver } from '../../state/execution-state.js';
import type { Ending } from '../outcome.js';
import type { CalledOperation } from './operation-info.js';

/** What observers ask of a context. */
interface ObservedContext {
  readonly operation: NamedOperation | undefined;
  readonly isRebuilding: boolean;
  readonly isReplaying: boolean;
}

/** Observes the operations of an invocation: its plugins. */
export interface OperationObserver {
  /** Observes one call of an operation. */
  observe(call: ObservedCall): CallObserver;
  /** The trace header of a chained invoke, if a plugin sets one. */
  traceHeader(called: CalledOperation, targetFunctionName: string): string | undefined;
  /** Additional fields of log records. */
  logFields(): Record<string, unknown>;
}

/** A call, for its observer. */
export interface ObservedCall extends CalledOperation {
  readonly context: Pick<ObservedContext, 'operation' | 'isReplaying'>;
  readonly record: Operation | undefined;
  /** The name for messages and plugins: inside `waitForCallback`, one that is not recorded. */
  readonly toldName: string | undefined;
}

/**
 * Observes one call of an operation. A returned promise is awaited before the operation continues; nothing is returned
 * if no plugin needs the report.
 */
export interface CallObserver {
  /** It is called, and has a record already. */
  met(record: Operation): Promise<void> | undefined;
  /** An update of an operation that continues is saved. */
  saved(action: OperationAction): Promise<void> | undefined;
  /** Runs the body of an attempt. @param isNew - whether its start was just recorded */
  attempt<T>(attempt: { number: number; isNew: boolean }, body: () => Promise<T>): Promise<T>;
  /** Runs the body of a context. */
  enter<T>(
    entered: { isNew: boolean; child: Pick<ObservedContext, 'isRebuilding' | 'isReplaying'> },
    body: () => Promise<T>,
  ): Promise<T>;
  /** This invocation records how the operation completes. @param thrown - what made it fail, if it has attempts */
  concluded(content: UpdateContent, thrown?: unknown): Promise<void> | undefined;
  /** The operation completes, and this invocation records nothing of that. */
  ended(): Promise<void> | undefined;
}

/** Observes an invocation as a whole. */
export interface InvocationObserver extends OperationObserver, RecordsReceiver {
  /** The client of the invocation, with measured calls if a plugin needs that. */
  measured(client: DurableExecutionClient): DurableExecutionClient;
  /** Runs the invocation between its first and its last hook. */
  run(invoke: () => Promise<Ending>): Promise<Ending>;
}
