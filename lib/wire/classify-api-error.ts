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

/** AWS error names, or codes of sockets, that are judged otherwise than the table would; each on one side at most. */
export interface ApiErrorCodes {
  /** A later call may succeed: it is repeated, and thrown to Lambda if it lasts. @defaultValue none */
  transient?: readonly string[];
  /** Repeating cannot help: the execution fails after one request. @defaultValue none */
  permanent?: readonly string[];
}

/** One row of the table: what it matches, how far such a failure reaches, why, and what the reader can do about it. */
export interface ClassificationRule {
  /** Named in log lines and in `docs/errors.md`. */
  readonly id: string;
  readonly matches: (facts: ApiFailureFacts, own: ApiErrorCodes) => boolean;
  readonly category: DurableApiErrorCategory;
  /** What has happened, as a sentence. */
  readonly why: string;
  /** What the reader can do, as sentences. */
  readonly remedy: string;
  /** Expected whenever a newer invocation has taken over: never repeat the call, never log it as an error. */
  readonly isStaleToken?: true;
}

/** A failure, and the first row that matched it. */
export interface ApiErrorClassification {
  category: DurableApiErrorCategory;
  rule: ClassificationRule;
  facts: ApiFailureFacts;
}

type RuleRow = Omit<ClassificationRule, 'category'>;

/** Repeating cannot help: the execution fails, and what mends the cause mends only those to come. */
const permanent = (row: RuleRow): ClassificationRule => ({
  ...row,
  remedy: `${row.remedy} This execution has failed and cannot be revived: start a new execution then.`,
  category: 'EXECUTION',
});
/** A later invocation may succeed. */
const transient = (row: RuleRow): ClassificationRule => ({ ...row, category: 'INVOCATION' });

/** The remedy of what goes by, as a rule. */
const unlessPassing = (remedy: string): string => `Nothing, unless it goes on: then ${remedy}`;

/** Names go before statuses: AWS's front ends throttle with a 400, and report keys that only their owner can mend as 502. */
const BY_NAME: readonly ClassificationRule[] = [
  permanent({
    // Who speaks to something else than Lambda knows best. Two rows, as there are two scopes to state.
    id: 'declared-execution',
    matches: ({ declaredScope }) => declaredScope === 'EXECUTION',
    why: 'The durable execution client states that repeating cannot help.',
    remedy: 'Look into the client that was configured for this function: the cause is the error it gave.',
  }),
  transient({
    id: 'declared-invocation',
    matches: ({ declaredScope }) => declaredScope !== undefined,
    why: 'The durable execution client states that a later invocation may succeed.',
    remedy: unlessPassing('look into the client that was configured for this function.'),
  }),
  transient({
    // A 400, yet the execution is healthy and in the hands of another invocation.
    id: 'stale-token',
    matches: ({ code, message }) => code === 'InvalidParameterValueException' && isStaleTokenMessage(message),
    why: 'The checkpoint token is spent: a newer invocation has taken over, or the execution was closed or stopped.',
    remedy: 'Nothing: this invocation ends, and whoever holds the newest token carries on.',
    isStaleToken: true,
  }),
  permanent({
    id: 'configured-permanent',
    matches: ({ code }, own) => isAmong(own.permanent, code),
    why: 'The configuration of this function lists this code in apiErrorCodes.permanent.',
    remedy: 'Mend what the message tells, or take the code out of the list.',
  }),
  transient({
    id: 'configured-transient',
    matches: ({ code }, own) => isAmong(own.transient, code),
    why: 'The configuration of this function lists this code in apiErrorCodes.transient.',
    remedy: unlessPassing('mend what the message tells, or take the code out of the list.'),
  }),
  permanent({
    id: 'kms',
    matches: ({ code }) => KMS_ERROR_CODES.has(code),
    why: "Lambda cannot use the customer-managed key that encrypts this execution's data.",
    remedy: KMS_KEY_REMEDY,
  }),
  transient({
    id: 'throttled',
    matches: ({ code, httpStatus }) => httpStatus === 429 || isThrottlingCode(code),
    why: 'Lambda throttled the call.',
    remedy: unlessPassing('checkpoint less often, or ask for a higher quota of the durable API.'),
  }),
  transient({
    id: 'cut-off',
    matches: ({ code, httpStatus }) =>
      httpStatus === 408 || httpStatus === 425 || (httpStatus !== undefined && isPassingCode(code)),
    why: 'The request or its answer was cut off on its way, or the request came too early.',
    remedy: unlessPassing('check the network path to the Lambda endpoint (VPC endpoint, NAT, proxy).'),
  }),
  transient({
    id: 'out-of-time',
    matches: ({ code }) => code === LAMBDA_DEADLINE_CODE,
    why: 'The invocation ended before Lambda would have ended it without a word; nobody knows whether the call took effect.',
    remedy: unlessPassing(
      'check the network path to the Lambda endpoint (VPC endpoint, NAT, DNS, proxy), and give the function more time (its ' +
        'Timeout) than a slow call takes.',
    ),
  }),
  transient({
    id: 'expired-credentials',
    matches: ({ code }) => isExpiredCredentialsCode(code),
    why: 'The credentials have expired; a later call is made with newer ones.',
    remedy: unlessPassing('look at where the credentials come from, and whether they are renewed there.'),
  }),
  transient({
    id: 'clock',
    matches: ({ clockCorrected, code, message }) => clockCorrected === true || isClockFailure(code, message),
    why: 'The request was signed with a clock that is minutes off; the AWS client corrects it by the answer.',
    remedy: unlessPassing('set the clock of this machine.'),
  }),
];

const BY_STATUS: readonly ClassificationRule[] = [
  transient({
    id: 'server-error',
    matches: ({ code, httpStatus = 0 }) => httpStatus >= 500 || isServerCode(code),
    why: 'The service failed on its own side.',
    remedy: unlessPassing('quote the request id to AWS Support.'),
  }),
  // Every other 4xx, four times: each common refusal has a remedy of its own.
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
    // DNS, connect, TLS, timeout, abort, an answer that cannot be read, and whatever nobody has thought of. Guessing
    // INVOCATION costs a retry; guessing EXECUTION would kill a healthy execution.
    id: 'unanswered',
    matches: () => true,
    why: 'No readable answer arrived, so nobody knows whether the call took effect.',
    remedy: unlessPassing(
      'check the network path to the Lambda endpoint (VPC endpoint, NAT, DNS, proxy) and the credentials.',
    ),
  }),
];

/**
 * The one table that decides how far a failure of `CheckpointDurableExecution` or `GetDurableExecutionState` reaches, and
 * whether a client repeats the call. The first row that matches wins.
 */
export const API_ERROR_RULES: readonly ClassificationRule[] = [...BY_NAME, ...BY_STATUS];

const NONE: ApiErrorCodes = {};

/** Finds how far a failed call of the durable API reaches. @param own - codes of the function's own */
export function classifyApiError(error: unknown, own: ApiErrorCodes = NONE): ApiErrorClassification {
  const facts = describeApiFailure(error);
  // The last row matches all that is left.
  const rule = API_ERROR_RULES.find(({ matches }) => matches(facts, own)) as ClassificationRule;
  return { category: rule.category, rule, facts };
}

/** Whether sending the very same call again can help: neither for a permanent failure nor with a spent token. */
export function isWorthRepeating({ category, rule }: ApiErrorClassification): boolean {
  return category === 'INVOCATION' && !rule.isStaleToken;
}

function isAmong(codes: readonly string[] | undefined, code: string | undefined): boolean {
  return codes?.some((own) => own === code) ?? false;
}
