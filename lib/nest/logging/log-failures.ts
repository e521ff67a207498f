import { guarded, loggedMembers, normaliseThrown } from '../../engine/adapter.js';
import type { EngineConfig } from '../../engine/invocation/engine-config.js';
import type { ErrorKnowledge } from '../../engine/base/errors/error-knowledge.js';
import type { StepFailure } from '../../engine/invocation/failure-hooks.js';
import { originalOf } from '../errors/described.js';
import { derivedErrors, knownErrors } from '../errors/known-errors.js';
import { RedactingKnowledge } from '../errors/redacting-knowledge.js';
import { tellExplanation } from '../../rules/tell-explanation.js';
import type { ErrorExplanation } from '../../rules/verdict.js';
import { asSentence } from '../../wire/as-sentence.js';
import type { DurableExecutionModuleOptions } from '../durable-execution.options.js';
import { EngineLogger } from './engine-logger.js';

/** Fewer than the number after which AWS gives up without a history, so that the execution records its causes. */
const MOST_FAILED_INVOCATIONS = 8;

/**
 * The settings of the engine in an application: its records go to the application's logger, unless one is configured.
 */
export function engineConfigOf({
  engine,
  errors: rules,
  redact,
  maxFailedInvocations = engine?.maxFailedInvocations ?? MOST_FAILED_INVOCATIONS,
  onStepFailed,
  onExecutionFailed,
}: DurableExecutionModuleOptions): EngineConfig {
  const logger = engine?.logger ?? new EngineLogger();
  const known = rules === false ? undefined : (engine?.errors ?? knownErrors(rules));
  const redacting = (all: ErrorKnowledge) => new RedactingKnowledge(all, redact!, known !== undefined);
  const errors = redact ? derivedErrors(known ?? knownErrors(), redacting) : known;
  const stepHooks = [onStepFailed, engine?.onStepFailed].filter(isGiven);
  const executionHooks = [onExecutionFailed, engine?.onExecutionFailed].filter(isGiven);
  return {
    ...engine,
    maxFailedInvocations,
    countInterruptedAttempts: engine?.countInterruptedAttempts ?? true,
    logger,
    errors,
    onStepFailed: (failure) => {
      guarded(() => logger.warn(recordOf(failure, loadedOf(errors))));
      return callAll(stepHooks, failure);
    },
    ...(executionHooks.length > 0 && {
      onExecutionFailed: (failure) => callAll(executionHooks, { ...failure, error: originalOf(failure.error) }),
    }),
  };
}

/** The engine has loaded it before it reports a failure. */
function loadedOf(errors: EngineConfig['errors']): ErrorKnowledge | undefined {
  const known = errors?.();
  return known instanceof Promise ? undefined : known;
}

/** The log record of a failed attempt. The engine itself logs the end of the execution. */
function recordOf(failure: StepFailure, known: ErrorKnowledge | undefined): object {
  const { error, operation, attempt, nextAttemptDelaySeconds: delay, explanation, ...subject } = failure;
  const members = loggedMembers(normaliseThrown(error), known);
  const { id: operationId, name: operationName, subType } = operation;
  const label = operationName === undefined ? `${subType} ${operationId}` : `${subType} "${operationName}"`;
  const next = delay === undefined ? 'It is not retried.' : `The next attempt is due in ${delay} s.`;
  const judged = explanation && isKnown(explanation) ? ` It is ${tellExplanation(explanation)}.` : '';
  const reason = asSentence(`${members.errorType}: ${members.errorMessage}`);
  const message = `Attempt ${attempt} of ${label} failed: ${reason}${judged} ${next}`;
  const facts = { operationId, operationName, attempt, nextAttemptDelaySeconds: delay };
  return { message, ...subject, ...facts, ...rulingOf(explanation), ...members };
}

/** Empty if no rule knows the error. */
function rulingOf(explanation: ErrorExplanation | undefined): Partial<Pick<ErrorExplanation, 'rule' | 'verdict'>> {
  return explanation && isKnown(explanation) ? { rule: explanation.rule, verdict: explanation.verdict } : {};
}

function isKnown({ verdict, isDeclared }: ErrorExplanation): boolean {
  return verdict !== 'unknown' || isDeclared === true;
}

type Hook<F> = (failure: F) => unknown;

function isGiven<T>(hook: T | undefined): hook is T {
  return hook !== undefined;
}

/** A hook that fails does not keep the others from being called. */
async function callAll<F>(hooks: ReadonlyArray<Hook<F>>, failure: F): Promise<void> {
  const results = await Promise.allSettled(hooks.map(async (hook) => hook(failure)));
  const failed = results.find(({ status }) => status === 'rejected') as PromiseRejectedResult | undefined;
  if (failed) throw failed.reason;
}
