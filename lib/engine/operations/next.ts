import type {
  AnswerNext,
  AttemptNext,
  ConcludeNext,
  End,
  EndNext,
  EnterNext,
  Next,
  OperationScope,
  SaveNext,
  ServiceNext,
} from '../scope.js';
import type { UpdateContent } from './update-content.js';

const NOTHING_ELSE: UpdateContent = {};

/** The result of a body, and what comes next. It may throw synchronously, and need not return a promise. */
interface BodyRun<R, T> {
  ended(value: R): Next<T>;
  /** Not called for errors that end the invocation, such as an `ExecutionError`: these never reach the operation. */
  failed(thrown: unknown): Next<T>;
}

/** Runs the body of an attempt. */
export function attempt<R, T>(
  run: Pick<AttemptNext<T>, 'number' | 'isNew'> & { body(...args: Parameters<AttemptNext<T>['body']>): R | Promise<R> },
  { ended, failed }: BodyRun<R, T>,
): AttemptNext<T> {
  const { number, isNew, body } = run;
  return { does: 'attempt', number, isNew, body, ended, failed };
}

/**
 * Runs the body of a context. The context finishes when it ends, before anything else: operations that still run below
 * are orphaned.
 */
export function enter<R, T>(
  run: Pick<EnterNext<T>, 'child' | 'isNew'> & { body(...args: Parameters<EnterNext<T>['body']>): R | Promise<R> },
  { ended, failed }: BodyRun<R, T>,
): EnterNext<T> {
  const { child, isNew, body } = run;
  return { does: 'enter', child, isNew, body, ended, failed };
}

/** Continues with a value that may still be pending. */
export function whenKnown<R, T>(value: R | Promise<R>, then: (value: R) => Next<T>): Next<T> {
  return value instanceof Promise ? { does: 'convert', value, then } : then(value);
}

/**
 * Records an update, and continues once it is saved: never if it cannot be saved, or if the context has finished
 * meanwhile.
 */
export function save<T>(
  action: SaveNext<T>['action'],
  content: UpdateContent | undefined,
  then: () => Next<T>,
): SaveNext<T> {
  return { does: 'save', action, content: content ?? NOTHING_ELSE, then };
}

/**
 * Continues from the record that a response of the service has brought. @param otherwise - what comes next without such
 * a record
 */
export function replayRecord<T>({ record }: OperationScope, otherwise: () => Next<T>): Next<T> {
  return record ? { does: 'replay', record } : otherwise();
}

/** Leaves the operation to the service. It is replayed when its status differs from the given one. */
export function awaitService(status: ServiceNext['status'], dueMs?: number): ServiceNext {
  return { does: 'service', status, dueMs };
}

/** Resolves the operation now, with the promise of its completion; an error surfaces where that promise is awaited. */
export function answer<T>(give: AnswerNext<T>['answer'], then: () => Next<unknown>): AnswerNext<T> {
  return { does: 'answer', answer: give, then };
}

/** Records how the operation completes. If it is virtual, or completed earlier, use {@link end}. */
export function conclude<T>(conclusion: Omit<ConcludeNext<T>, 'does'>): ConcludeNext<T> {
  const { action, content, end: how, runsUserCode, thrown, mayPrecedeRecord } = conclusion;
  return { does: 'conclude', action, content, end: how, runsUserCode, thrown, mayPrecedeRecord };
}

/** The operation has completed, and nothing is left to record. @param how - called when the operation is awaited */
export function end<T>(how: End<T>): EndNext<T> {
  return { does: 'end', end: how };
}
