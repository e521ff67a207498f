import { tellExplanation } from '../../../rules/tell-explanation.js';
import { isDurableApiError } from '../../base/errors/recognise.js';
import { normaliseThrown, toErrorObject } from '../../base/errors/error-object.js';
import type { ErrorKnowledge } from '../../base/errors/error-knowledge.js';
import { failedOperationOf } from '../../base/errors/failure-origin.js';
import type { Failure, FailurePath } from '../../invocation/settlement.js';
import type { DurableLogger } from './durable-logger.js';
import { guarded } from './guarded.js';
import { loggedMembers } from './safe-members.js';

export interface DecisionSubject {
  executionArn: string;
  requestId: string | undefined;
}

type Level = 'info' | 'warn' | 'error';

const DECISIONS = {
  failed: { scope: 'EXECUTION', level: 'error', next: 'The execution is FAILED and not invoked again.' },
  retried: { scope: 'INVOCATION', level: 'warn', next: 'The error is thrown to Lambda, which invokes again.' },
} as const;

/**
 * One line for each decision about a failure: its origin, its scope and the reason, and what happens next. It has the
 * stack, and the original errors behind errors that are rebuilt from records, as far as this invocation knows them.
 */
export function logDecision(
  logger: DurableLogger,
  { kind, error, path, known }: Failure & { known?: ErrorKnowledge },
  subject: DecisionSubject,
): void {
  const { scope, level, next } = DECISIONS[kind];
  const { ErrorType: errorType, ErrorMessage: errorMessage } = toErrorObject(error, known);
  const message = `Durable invocation ${kind}. ${next}`;
  const { stackTrace, cause, errors } = loggedMembers(normaliseThrown(error), known);
  const told = {
    errorType,
    errorMessage,
    stackTrace,
    cause,
    errors,
    ...operationFacts(error),
    ...apiFacts(error),
    ...explained(error, known),
  };
  const record = { ...subject, message, path, scope, ...told, next };
  report(logger, levelOf(error, path) ?? level, record);
}

function levelOf(error: unknown, path: FailurePath): Level | undefined {
  // Only a developer can fix it, whether or not the execution ends.
  if (path === 'deployment') return 'error';
  // A stale token only says that a newer invocation has taken over: nothing is wrong.
  return isDurableApiError(error) && error.isStaleToken ? 'info' : undefined;
}

/** Logs a record about the invocation itself. */
export function report(logger: DurableLogger, level: Level, record: Readonly<Record<string, unknown>>): void {
  guarded(() => logger[level](record));
}

function operationFacts(error: unknown) {
  const operation = failedOperationOf(error);
  return operation && { operationId: operation.id, operationName: operation.name };
}

/** The rule that matches the error, in one line; empty for errors of the durable API, which has its own rules. */
function explained(error: unknown, known: ErrorKnowledge | undefined) {
  if (!known || isDurableApiError(error)) return {};
  const explanation = known.explain(error, undefined, () => 0);
  return explanation.verdict === 'unknown' && !explanation.isDeclared
    ? {}
    : { explanation: tellExplanation(explanation) };
}

function apiFacts(error: unknown) {
  if (!isDurableApiError(error)) return {};
  const { code, httpStatus, requestId: apiRequestId, apiName, rule } = error;
  return { code, httpStatus, apiRequestId, apiName, rule };
}
