import type { BuiltInRule } from '../built-in-rule.js';
import { messageStarts } from '../built-in-rule.js';
import type { ErrorLink } from '../error-link.js';
import { readPath } from '../error-link.js';
import { statusOf } from '../http-facts.js';
import { isTransientStatus, isUnansweredStatus } from './http.js';

/** Throttling whatever the HTTP status, as AWS's own client has it (`THROTTLING_ERROR_CODES` of @smithy/core). */
const THROTTLED = new Set([
  'BandwidthLimitExceeded',
  'EC2ThrottledException',
  'KmsThrottled',
  'LimitExceededException',
  'OverLimit',
  'PriorRequestNotComplete',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'SlowDown',
  'ThrottledException',
  'TooManyRequestsException',
  'TransactionInProgressException',
]);
const THROTTLED_START = /^(Throttling|RequestThrottled|KMSThrottling)/;

/** A new attempt signs with the corrected clock and with fresh credentials. */
const SIGNED_TOO_LATE = /^(ExpiredToken|RequestExpired$|RequestInTheFuture$|RequestTimeTooSkewed$)/;

const NEVER_CANCELLED_OTHERWISE = new Set([
  'ConditionalCheckFailed',
  'ValidationError',
  'DuplicateItem',
  'ItemCollectionSizeLimitExceeded',
]);

const CREDENTIALS = ['CredentialsProviderError', 'ProviderError', 'TokenProviderError'];
const UNREACHABLE = /time(d )?\s?out|ECONNRESET|socket hang up|container metadata|instance metadata|IMDS/i;

export const awsRules: readonly BuiltInRule[] = [
  {
    id: 'aws-throttled',
    verdict: 'transient',
    when: 'AWS: throttling by name (ThrottlingException, SlowDown, ProvisionedThroughputExceededException, …), at any status',
    matches: (error) => isAws(error) && (isThrottled(error.name) || error.get('$retryable.throttling') === true),
  },
  {
    id: 'aws-signature-expired',
    verdict: 'transient',
    when: 'AWS: RequestTimeout, ExpiredToken, RequestExpired, RequestTimeTooSkewed: refused, and signed anew by the next attempt',
    matches: (error) =>
      isAws(error) &&
      (SIGNED_TOO_LATE.test(error.name) ||
        error.name.startsWith('RequestTimeout') ||
        messageStarts(error, 'Signature expired', 'Signature not yet current')),
  },
  {
    id: 'aws-conflict',
    verdict: 'transient',
    when: 'DynamoDB TransactionConflictException, S3 ConditionalRequestConflict: another client was writing',
    matches: (error) => isAws(error) && error.nameIs('TransactionConflictException', 'ConditionalRequestConflict'),
  },
  {
    id: 'dynamodb-transaction-refused',
    verdict: 'permanent',
    when: 'DynamoDB TransactionCanceledException with a failed condition, an invalid or a duplicate item among its reasons',
    matches: (error) =>
      isCancelledTransaction(error) && reasonsOf(error).some((code) => NEVER_CANCELLED_OTHERWISE.has(code)),
  },
  {
    id: 'dynamodb-transaction-cancelled',
    verdict: 'transient',
    when: 'DynamoDB TransactionCanceledException for conflicts and throttling alone',
    matches: isCancelledTransaction,
  },
  {
    id: 'aws-credentials-unreachable',
    verdict: 'transient',
    when: 'AWS: the source of the credentials did not respond',
    matches: (error) => error.nameIs(...CREDENTIALS) && UNREACHABLE.test(error.message),
  },
  {
    id: 'aws-credentials',
    verdict: 'permanent',
    when: 'AWS: no credentials are configured',
    matches: (error) => error.nameIs(...CREDENTIALS),
  },
  {
    id: 'aws-unreadable-answer',
    verdict: 'ambiguous',
    when: 'AWS: a response arrived that is not from the service, such as the page of a proxy',
    matches: (error) => error.name === 'SyntaxError' && error.isObject('$metadata'),
  },
  {
    id: 'aws-refused',
    verdict: 'permanent',
    when: 'AWS: any other failure with `$fault` client, such as ConditionalCheckFailedException or AccessDenied',
    matches: (error) => error.get('$fault') === 'client' && !isPassingStatus(error),
  },
  {
    id: 'aws-server-error',
    verdict: 'ambiguous',
    when: 'AWS: `$fault` server, other than HTTP 503',
    matches: (error) => error.get('$fault') === 'server' && statusOf(error) !== 503,
  },
];

function isAws(error: ErrorLink): boolean {
  return error.isObject('$metadata') || error.has('$fault');
}

function isThrottled(name: string): boolean {
  return THROTTLED.has(name) || THROTTLED_START.test(name);
}

function isCancelledTransaction(error: ErrorLink): boolean {
  return isAws(error) && error.name === 'TransactionCanceledException';
}

function reasonsOf(error: ErrorLink): readonly string[] {
  return error.list('CancellationReasons').map((reason) => String(readPath(reason, 'Code')));
}

/** A response without a body has no name that identifies it: `NotFound`, or `Unknown` of HEAD requests. */
function isPassingStatus(error: ErrorLink): boolean {
  const status = statusOf(error);
  return status !== undefined && (isTransientStatus(status) || isUnansweredStatus(status));
}
