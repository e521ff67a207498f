import { describeApiFailure } from './api-failure.js';
import type { ApiFailureFacts } from './api-failure.js';
import type { DurableApiErrorCategory } from './durable-api-error-category.js';
import { KMS_ERROR_CODES, isStaleTokenMessage } from './error-codes.js';

/** One row of the table: what it matches, how far such a failure reaches, why, and what the reader can do about it. */
export interface ClassificationRule {
  /** Named in log lines and in `docs/errors.md`. */
  readonly id: string;
  readonly matches: (facts: ApiFailureFacts) => boolean;
  readonly category: DurableApiErrorCategory;
  /** What has happened, as a sentence. */
  readonly why: string;
  /** What the reader can do, as a sentence. */
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

/** Repeating cannot help: the execution fails. */
const permanent = (row: RuleRow): ClassificationRule => ({ ...row, category: 'EXECUTION' });

/** A later invocation may succeed. */
const transient = (row: RuleRow): ClassificationRule => ({ ...row, category: 'INVOCATION' });

/** The remedy of what goes by, as a rule. */
const unlessPassing = (remedy: string): string => `Nothing, unless it goes on: then ${remedy}`;

/**
 * The one table that decides how far a failure of `CheckpointDurableExecution` or `GetDurableExecutionState` reaches.
 * The first row that matches wins; the numbers are the rows of PROTOCOL §6.1. A 200 without a token (its row 8) is no
 * error and never comes here.
 */
export const API_ERROR_RULES: readonly ClassificationRule[] = [
  permanent({
    // Row 1: who speaks to something else than Lambda knows best. Two rows, as there are two scopes to state.
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
  permanent({
    // Row 2, before row 5: the service reports these four as 502 although only the owner of the key can mend them.
    id: 'kms',
    matches: ({ code }) => KMS_ERROR_CODES.has(code),
    why: "Lambda cannot use the customer-managed key that encrypts this execution's data.",
    remedy:
      'Check the key in DurableConfig.KMSKeyArn: it must exist and be enabled, and its key policy must allow ' +
      "kms:Decrypt and kms:GenerateDataKey to the function's execution role.",
  }),
  transient({
    // Row 3, before row 6: a 400, yet the execution is healthy and in the hands of another invocation (§6.5).
    id: 'stale-token',
    matches: ({ code, message }) => code === 'InvalidParameterValueException' && isStaleTokenMessage(message),
    why: 'The checkpoint token is spent: a newer invocation has taken over, or the execution was closed or stopped.',
    remedy: 'Nothing: this invocation ends, and whoever holds the newest token carries on.',
    isStaleToken: true,
  }),
  transient({
    // Row 4, by name as well as by status: AWS front ends throttle with a 400 ThrottlingException too.
    id: 'throttled',
    matches: ({ code, httpStatus }) =>
      httpStatus === 429 || code === 'TooManyRequestsException' || code === 'ThrottlingException',
    why: 'Lambda throttled the call.',
    remedy: unlessPassing('checkpoint less often, or ask for a higher quota of the durable API.'),
  }),
  transient({
    // Row 5.
    id: 'server-error',
    matches: ({ httpStatus = 0 }) => httpStatus >= 500,
    why: 'The service failed on its own side.',
    remedy: unlessPassing('quote the request id to AWS Support.'),
  }),
  transient({
    // Ahead of row 6: a signature of the wrong minute says nothing about the call (not in §6.1; the client tells it).
    id: 'clock-corrected',
    matches: ({ clockCorrected }) => clockCorrected === true,
    why: 'The request was signed with a clock minutes off, which the AWS client has corrected meanwhile.',
    remedy: unlessPassing('set the clock of this machine.'),
  }),
  // Row 6, four times: each common refusal has a remedy of its own.
  permanent({
    id: 'access-denied',
    matches: ({ httpStatus }) => httpStatus === 403,
    why: "The function's execution role may not make this call, or its credentials were refused.",
    remedy:
      'Allow lambda:CheckpointDurableExecution and lambda:GetDurableExecutionState on the function ARN followed by ":*", ' +
      'for instance with the managed policy AWSLambdaBasicDurableExecutionRolePolicy.',
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
    // Row 7: DNS, connect, TLS, timeout, abort, an answer that cannot be read, and whatever nobody has thought of.
    // Guessing INVOCATION costs a retry; guessing EXECUTION would kill a healthy execution.
    id: 'unanswered',
    matches: () => true,
    why: 'No readable answer arrived, so nobody knows whether the call took effect.',
    remedy: unlessPassing(
      'check the network path to the Lambda endpoint (VPC endpoint, NAT, DNS, proxy) ' + 'and the credentials.',
    ),
  }),
];

/** Finds how far a failed call of the durable API reaches. */
export function classifyApiError(error: unknown): ApiErrorClassification {
  const facts = describeApiFailure(error);
  // The last row matches all that is left.
  const rule = API_ERROR_RULES.find(({ matches }) => matches(facts)) as ClassificationRule;
  return { category: rule.category, rule, facts };
}

/** Whether sending the very same call again can help: neither for a permanent failure nor with a spent token. */
export function isWorthRepeating({ category, rule }: ApiErrorClassification): boolean {
  return category === 'INVOCATION' && !rule.isStaleToken;
}
