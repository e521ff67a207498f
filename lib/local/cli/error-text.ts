import type { ErrorObject } from '../../wire/operation.js';
import { INVALID_STATUS_MESSAGE } from '../core/envelope.js';
import { oneLine } from './terminal-style.js';

/** The service's text does not tell what a developer has forgotten. */
const NOT_DURABLE =
  ' Create the handler by withDurableExecution() or createLambdaHandler(), or serve the function as one that is not durable.';

/** An error object on one line: `OrderRejected: no such item`. */
export function errorText({ ErrorType, ErrorMessage }: ErrorObject): string {
  const remedy = ErrorMessage === INVALID_STATUS_MESSAGE ? NOT_DURABLE : '';
  return oneLine(([ErrorType, ErrorMessage].filter(Boolean).join(': ') || 'no error given') + remedy);
}
