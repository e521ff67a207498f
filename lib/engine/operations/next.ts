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
  UpdateContent,
} from '../scope.js';

const NOTHING_ELSE: UpdateContent = {};

/** What a body comes to, and what is next then. It may throw at once, and what it returns need not be a promise. */
interface BodyRun<R, T> {
  ended(value: R): Next<T>;
  /** Not for what ends the invocation, such as an `ExecutionError`: that never comes to the operation. */
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

/** Runs the body of a context. The context finishes with it, before anything else: what still runs below is orphaned. */
export function enter<R, T>(
  run: Pick<EnterNext<T>, 'child' | 'isNew'> & { body(...args: Parameters<EnterNext<T>['body']>): R | Promise<R> },
  { ended, failed }: BodyRun<R, T>,
): EnterNext<T> {
  const { child, isNew, body } = run;
  return { does: 'enter', child, isNew, body, ended, failed };
}

/** Goes on with a value that may still be on its way. */
export function whenKnown<R, T>(value: R | Promise<R>, then: (value: R) => Next<T>): Next<T> {
  return value instanceof Promise ? { does: 'convert', value, then } : then(value);
}

/** Records an update, and goes on once it is saved: never when it cannot be, or when the context has finished meanwhile. */
export function save<T>(
  action: SaveNext<T>['action'],
  content: UpdateContent | undefined,
  then: () => Next<T>,
): SaveNext<T> {
  return { does: 'save', action, content: content ?? NOTHING_ELSE, then };
}

/** Goes on from the record that an answer of the service has brought. @param otherwise - what is next where it has not */
export function replayRecord<T>({ record }: OperationScope, otherwise: () => Next<T>): Next<T> {
  return record ? { does: 'replay', record } : otherwise();
}

/** Leaves the operation to the service. It is replayed when its status is another than the given one. */
export function awaitService(status: ServiceNext['status'], dueMs?: number): ServiceNext {
  return { does: 'service', status, dueMs };
}

/** Resolves the operation now, with the promise of how it will end; an error surfaces where that promise is awaited. */
export function answer<T>(give: AnswerNext<T>['answer'], then: () => Next<unknown>): AnswerNext<T> {
  return { does: 'answer', answer: give, then };
}

/** Records how the operation ends. Where it is virtual, or ended long ago, say {@link end}. */
export function conclude<T>(conclusion: Omit<ConcludeNext<T>, 'does'>): ConcludeNext<T> {
  const { action, content, end: how, runsUserCode, mayPrecedeRecord } = conclusion;
  return { does: 'conclude', action, content, end: how, runsUserCode, mayPrecedeRecord };
}

/** The operation has ended, and nothing is left to record. @param how - run when somebody awaits the operation */
export function end<T>(how: End<T>): EndNext<T> {
  return { does: 'end', end: how };
}
