import { isDurableApiError } from '../errors/recognise.js';
import { toErrorObject } from '../errors/error-object.js';
import type { FailurePath, Outcome } from '../settlement.js';
import type { DurableLogger } from './durable-logger.js';
import { guarded } from './guarded.js';

export interface DecisionSubject {
  executionArn: string;
  requestId: string | undefined;
}

type Level = 'info' | 'warn' | 'error';
type Failure = Extract<Outcome, { path: FailurePath }>;

const NEXT = {
  failed: 'The execution is FAILED and not invoked again.',
  retried: 'The error is thrown to Lambda, which invokes again.',
} as const;

/** One line for each decision about a failure: where it came from, how far it reaches and why, and what happens next. */
export function logDecision(logger: DurableLogger, failure: Failure, subject: DecisionSubject): void {
  const { ErrorType, ErrorMessage } = toErrorObject(failure.error);
  const record = {
    ...subject,
    message: `Durable invocation ${failure.kind}. ${NEXT[failure.kind]}`,
    path: failure.path,
    scope: failure.kind === 'failed' ? 'EXECUTION' : 'INVOCATION',
    errorType: ErrorType,
    errorMessage: ErrorMessage,
    ...apiFacts(failure.error),
    next: NEXT[failure.kind],
  };
  report(logger, levelOf(failure), record);
}

/** Tells something of the invocation itself. */
export function report(logger: DurableLogger, level: Level, record: Readonly<Record<string, unknown>>): void {
  guarded(() => logger[level](record));
}

function apiFacts(error: unknown) {
  if (!isDurableApiError(error)) return {};
  const { code, httpStatus, requestId: apiRequestId, apiName, rule } = error;
  return { code, httpStatus, apiRequestId, apiName, rule };
}

/** A stale token only says that a newer invocation has taken over: nothing is wrong. */
function levelOf({ kind, error }: Failure): Level {
  if (isDurableApiError(error) && error.isStaleToken) return 'info';
  return kind === 'failed' ? 'error' : 'warn';
}
