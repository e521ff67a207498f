import { describeApiFailure, tellApiFailure } from '../wire/api-failure.js';
import type { ApiFailureFacts } from '../wire/api-failure.js';
import { classifyApiError, isWorthRepeating } from '../wire/classify-api-error.js';
import { KMS_ERROR_CODES, KMS_KEY_REMEDY } from '../wire/error-codes.js';
import { invokeFailureOf } from '../wire/invoke-failures.js';
import { messageOf } from '../wire/thrown.js';
import { DurableControlError, NOT_DURABLE, NOT_SENT } from './control-error.js';

/** What the caller of the control client can do about a failure. */
export interface ControlRemedy {
  /** Named in `docs/errors.md`. */
  readonly id: string;
  readonly matches: (facts: ApiFailureFacts, apiName: string) => boolean;
  readonly remedy: (apiName: string, facts: ApiFailureFacts) => string | undefined;
}

/** As the AWS SDK says it. */
const NO_REGION = 'Region is missing';

/** In which status these calls find an execution that they can change. */
const NEEDED_STATUS: Readonly<Record<string, string>> = {
  PauseDurableExecution: 'Only an execution that is RUNNING can be paused.',
  ResumeDurableExecution: 'Only an execution that is PAUSING or PAUSED can be resumed.',
  DeleteDurableExecution: 'Only an execution that has ended can be deleted: stop it first.',
};

/** The first row that matches gives the last sentence of the message; a failure without a row gets none. */
export const CONTROL_REMEDIES: readonly ControlRemedy[] = [
  {
    id: 'unqualified',
    matches: ({ code, message }) => code === 'InvalidParameterValueException' && /unqualified/i.test(message),
    remedy: () => 'Add a version, an alias or $LATEST, as `qualifier` or behind the name: "orders:live".',
  },
  {
    id: 'not-durable',
    matches: ({ code }) => code === NOT_DURABLE,
    remedy: () =>
      'It has run as an ordinary invocation. Set DurableConfig (ExecutionTimeout, RetentionPeriodInDays) when the ' +
      'function is created.',
  },
  {
    id: 'name-taken',
    matches: ({ code }) => code === 'DurableExecutionAlreadyStartedException',
    remedy: () =>
      'An execution of this name has another input: use another name, or the same input to get that execution.',
  },
  {
    id: 'callback-closed',
    matches: ({ code }) => code === 'CallbackTimeoutException',
    remedy: () => 'The callback is closed: it was completed, has timed out, or its execution has ended.',
  },
  {
    id: 'invoke',
    matches: ({ code }, apiName) => apiName === 'Invoke' && invokeFailureOf(code) !== undefined,
    remedy: (_, { code }) => invokeFailureOf(code)?.remedy,
  },
  {
    id: 'kms',
    matches: ({ code }) => KMS_ERROR_CODES.has(code),
    remedy: () =>
      `${KMS_KEY_REMEDY} Callers that read or stop executions or complete callbacks need kms:Decrypt too. If an execution ` +
      'has failed because of it, start a new one: a failed execution cannot be revived.',
  },
  {
    id: 'wrong-status',
    matches: ({ code }, apiName) => code === 'ResourceConflictException' && Object.hasOwn(NEEDED_STATUS, apiName),
    remedy: (apiName) => `${NEEDED_STATUS[apiName]} describe() tells its status.`,
  },
  {
    id: 'access-denied',
    matches: ({ httpStatus }) => httpStatus === 403,
    remedy: (apiName) =>
      `Allow lambda:${apiName === 'Invoke' ? 'InvokeFunction' : apiName} to the caller; for a single execution the ` +
      'resource is the ARN of the durable execution.',
  },
  {
    id: 'not-found',
    matches: ({ httpStatus }) => httpStatus === 404,
    remedy: () => 'Check ARN, account and region; an execution is deleted when its retention period is over.',
  },
  {
    id: 'not-sent',
    matches: isNotSent,
    remedy: (_, { message }) =>
      message === NO_REGION
        ? 'Nothing was sent: set AWS_REGION, or give a `region`.'
        : 'Nothing was sent: correct what the message names.',
  },
  {
    id: 'unanswered',
    matches: ({ httpStatus }) => httpStatus === undefined,
    remedy: () => 'Check region, endpoint, network and credentials; the call may or may not have taken effect.',
  },
];

/**
 * Describes a failed call; this module is loaded with the first failure. @param apiName - the operation of the Lambda
 * API
 */
export function controlErrorOf(apiName: string, cause: unknown): DurableControlError {
  const facts = describeApiFailure(cause);
  const { code = 'UnknownError', httpStatus, requestId } = facts;
  const remedy = CONTROL_REMEDIES.find(({ matches }) => matches(facts, apiName))?.remedy(apiName, facts);
  const message = [tellApiFailure(apiName, facts), remedy].filter(Boolean).join(' ');
  const retryable = isRetryable(apiName, facts, cause);
  return new DurableControlError({ apiName, message, code, httpStatus, requestId, remedy, retryable, cause });
}

/** @param what - cannot be written as JSON, as the subject of a sentence */
export function unwritable(apiName: string, what: string, cause: unknown): DurableControlError {
  const message = `${what} cannot be sent as JSON: ${messageOf(cause)}`;
  return controlErrorOf(apiName, Object.assign(new Error(message, { cause }), { code: NOT_SENT }));
}

/** A mistake of the caller or of the deployment, which every further call meets too. */
function isNotSent({ code, message }: ApiFailureFacts): boolean {
  return code === NOT_SENT || code === 'NotDeployedError' || message === NO_REGION;
}

function isRetryable(apiName: string, facts: ApiFailureFacts, cause: unknown): boolean {
  const { code } = facts;
  if (code === NOT_DURABLE || isNotSent(facts)) return false;
  const known = apiName === 'Invoke' ? invokeFailureOf(code) : undefined;
  return known?.retryable ?? isWorthRepeating(classifyApiError(cause));
}
