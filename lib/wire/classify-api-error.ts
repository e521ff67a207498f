import { describeApiFailure } from './api-failure.js';
import type { ApiFailureFacts } from './api-failure.js';
import type { DurableApiErrorCategory } from './durable-api-error-category.js';
import {
  isClockFailure,
  isExpiredCredentialsCode,
  isPassingCode,
  isServerCode,
  isStaleTokenMessage,
  isThrottlingCode,
  KMS_ERROR_CODES,
  KMS_KEY_REMEDY,
  LAMBDA_DEADLINE_CODE,
} from './error-codes.js';

/** AWS error names, or codes of sockets, whose scope differs from the table's; each in one list at most. */
export interface ApiErrorCodes {
  /** A later call may succeed: it is retried, and thrown to Lambda if it persists. @defaultValue none */
  transient?: readonly string[];
  /** A retry cannot help: the execution fails after one request. @defaultValue none */
  permanent?: readonly string[];
}

/** One row of the table: what it matches, the scope of such a failure, why, and what the reader can do about it. */
export interface ClassificationRule {
  /** Named in log lines and in `docs/errors.md`. */
  readonly id: string;
  readonly matches: (facts: ApiFailureFacts, own: ApiErrorCodes) => boolean;
  readonly category: DurableApiErrorCategory;
  /** What has happened, as a sentence. */
  readonly why: string;
  /** What the reader can do, as sentences. */
  readonly remedy: string;
  /** Expected whenever a newer invocation has taken over: never retry the call, never log it as an error. */
  readonly isStaleToken?: true;
}

/** A failure, and the first row that matched it. */
export interface ApiErrorClassification {
  category: DurableApiErrorCategory;
  rule: ClassificationRule;
  facts: ApiFailureFacts;
}

type RuleRow = Omit<ClassificationRule, 'category'>;

/** A retry cannot help: the execution fails, and a fix of the cause helps only later executions. */
const permanent = (row: RuleRow): ClassificationRule => ({
  ...row,
  remedy: `${row.remedy} This execution has failed and cannot be revived: start a new execution then.`,
  category: 'EXECUTION',
});
/** A later invocation may succeed. */
const transient = (row: RuleRow): ClassificationRule => ({ ...row, category: 'INVOCATION' });

/** The remedy of a temporary failure. */
const unlessPassing = (remedy: string): string => `Nothing, unless it persists: then ${remedy}`;

/**
 * Names take precedence over statuses: AWS's front ends throttle with a 400, and report KMS failures, which only the
 * key's owner can fix, as 502.
 */
const BY_NAME: readonly ClassificationRule[] = [
  permanent({
    // The author of a custom client, which does not call Lambda, knows best. Two rows, because there are two scopes to
    // state.
    id: 'declared-execution',
    matches: ({ declaredScope }) => declaredScope === 'EXECUTION',
    why: 'The durable execution client states that repeating cannot help.',
    remedy: 'Check the client that was configured for this function: its error is the cause.',
  }),
  transient({
    id: 'declared-invocation',
    matches: ({ declaredScope }) => declaredScope !== undefined,
    why: 'The durable execution client states that a later invocation may succeed.',
    remedy: unlessPassing('check the client that was configured for this function.'),
  }),
  transient({
    // A 400, although the execution is healthy and another invocation has taken over.
    id: 'stale-token',
    matches: ({ code, message }) => code === 'InvalidParameterValueException' && isStaleTokenMessage(message),
    why: 'The checkpoint token is stale: a newer invocation has taken over, or the execution was closed or stopped.',
    remedy: 'Nothing: this invocation ends, and the invocation with the newest token continues.',
    isStaleToken: true,
  }),
  permanent({
    id: 'configured-permanent',
    matches: ({ code }, own) => isAmong(own.permanent, code),
    why: 'The configuration of this function lists this code in apiErrorCodes.permanent.',
    remedy: 'Fix what the message names, or remove the code from the list.',
  }),
  transient({
    id: 'configured-transient',
    matches: ({ code }, own) => isAmong(own.transient, code),
    why: 'The configuration of this function lists this code in apiErrorCodes.transient.',
    remedy: unlessPassing('fix what the message names, or remove the code from the list.'),
  }),
  permanent({
    id: 'kms',
    matches: ({ code }) => KMS_ERROR_CODES.has(code),
    why: "Lambda cannot use the customer-managed key that encrypts this execution's data.",
    remedy: KMS_KEY_REMEDY,
  }),
  transient({
    id: 'throttled',
    matches: ({ code, httpStatus, declaredRetryable }) =>
      httpStatus === 429 || isThrottlingCode(code) || declaredRetryable === 'throttled',
    why: 'Lambda throttled the call.',
    remedy: unlessPassing('checkpoint less often, or request a higher quota of the durable API.'),
  }),
  transient({
    id: 'cut-off',
    matches: ({ code, httpStatus }) =>
      httpStatus === 408 || httpStatus === 425 || (httpStatus !== undefined && isPassingCode(code)),
    why: 'The request or its response was cut off in transit, or the request came too early.',
    remedy: unlessPassing('check the network path to the Lambda endpoint (VPC endpoint, NAT, proxy).'),
  }),
  transient({
    id: 'out-of-time',
    matches: ({ code }) => code === LAMBDA_DEADLINE_CODE,
    why: 'The invocation ended before Lambda would have killed it; it is unknown whether the call took effect.',
    remedy: unlessPassing(
      'check the network path to the Lambda endpoint (VPC endpoint, NAT, DNS, proxy), and give the function more time (its ' +
        'Timeout) than a slow call takes.',
    ),
  }),
  transient({
    id: 'expired-credentials',
    matches: ({ code }) => isExpiredCredentialsCode(code),
    why: 'The credentials have expired; a later call is made with newer ones.',
    remedy: unlessPassing('check where the credentials come from, and whether they are renewed there.'),
  }),
  transient({
    id: 'clock',
    matches: ({ clockCorrected, code, message }) => isClockFailure(code, message, clockCorrected),
    why: 'The request was signed with a clock that is minutes off; the AWS client corrects it from the response.',
    remedy: unlessPassing('set the clock of this machine.'),
  }),
];

const BY_STATUS: readonly ClassificationRule[] = [
  transient({
    id: 'server-error',
    matches: ({ code, httpStatus = 0, declaredRetryable }) =>
      httpStatus >= 500 || isServerCode(code) || (httpStatus >= 400 && declaredRetryable !== undefined),
    why: 'The service failed on its own side.',
    remedy: unlessPassing('quote the request id to AWS Support.'),
  }),
  // Every other 4xx, in four rows: each common refusal has its own remedy.
  permanent({
    id: 'access-denied',
    matches: ({ httpStatus }) => httpStatus === 403,
    why: "The function's execution role may not make this call, or its credentials were refused.",
    remedy:
      'Allow the execution role lambda:CheckpointDurableExecution and lambda:GetDurableExecutionState on the ARN of the ' +
      'function followed by ":*" (the call is made for a durable execution, whose ARN the bare one does not match), for ' +
      'instance with the managed policy AWSLambdaBasicDurableExecutionRolePolicy.',
  }),
  permanent({
    id: 'not-found',
    matches: ({ httpStatus }) => httpStatus === 404,
    why: 'The service does not know this execution or this API.',
    remedy: 'Check the region and the endpoint of the client, and that durable functions exist in that region.',
  }),
  permanent({
    id: 'too-large',
    matches: ({ httpStatus }) => httpStatus === 413,
    why: 'The call was larger than the service accepts.',
    remedy: 'Record less: keep large values in a store such as S3 and return their keys from steps.',
  }),
  permanent({
    id: 'rejected',
    matches: ({ httpStatus = 0 }) => httpStatus >= 400,
    why: 'The service rejected the call as invalid, and would reject it again.',
    remedy:
      "Read the service's message: it names the member and the limit, such as the size of a payload (262144 bytes for a " +
      'step), the characters of a name or the range of a delay.',
  }),
  transient({
    // DNS, connect, TLS, timeout, abort, an unreadable response, and every other failure. Guessing INVOCATION costs a
    // retry; guessing EXECUTION would kill a healthy execution.
    id: 'unanswered',
    matches: () => true,
    why: 'No readable response arrived, so it is unknown whether the call took effect.',
    remedy: unlessPassing(
      'check the network path to the Lambda endpoint (VPC endpoint, NAT, DNS, proxy) and the credentials.',
    ),
  }),
];

/**
 * The only table that decides the scope of a failure of `CheckpointDurableExecution` or `GetDurableExecutionState`, and
 * whether a client retries the call. The first row that matches wins.
 */
export const API_ERROR_RULES: readonly ClassificationRule[] = [...BY_NAME, ...BY_STATUS];

const NONE: ApiErrorCodes = {};

/** Finds the scope of a failed call of the durable API. @param own - codes of the function's configuration */
export function classifyApiError(error: unknown, own: ApiErrorCodes = NONE): ApiErrorClassification {
  const facts = describeApiFailure(error, (code) => isAmong(own.permanent, code) || isAmong(own.transient, code));
  // The last row matches everything.
  const rule = API_ERROR_RULES.find(({ matches }) => matches(facts, own)) as ClassificationRule;
  return { category: rule.category, rule, facts };
}

/** Whether a retry of the same call can help: neither after a permanent failure nor with a stale token. */
export function isWorthRepeating({ category, rule }: ApiErrorClassification): boolean {
  return category === 'INVOCATION' && !rule.isStaleToken;
}

function isAmong(codes: readonly string[] | undefined, code: string | undefined): boolean {
  return codes?.some((own) => own === code) ?? false;
}
