import { HttpStatus } from '@nestjs/common';
import type { RetryStrategy } from '../../engine/operations/step-config.js';
import { isHttpException } from '../pipeline/http-answer.js';

/** Statuses below 500 that mean "later", not "no". Nest has no name for `Too Early`. */
const WORTH_A_RETRY: ReadonlySet<number> = new Set([HttpStatus.REQUEST_TIMEOUT, 425, HttpStatus.TOO_MANY_REQUESTS]);

/** Retries as a strategy decides, except errors that the client must fix: an `HttpException` of any other 4xx. */
export function retryUnlessRefused(strategy: RetryStrategy): RetryStrategy {
  return (error, attemptCount) =>
    isHttpException(error) && isRefusal(error.getStatus()) ? { shouldRetry: false } : strategy(error, attemptCount);
}

function isRefusal(status: number): boolean {
  return status >= 400 && status < 500 && !WORTH_A_RETRY.has(status);
}
