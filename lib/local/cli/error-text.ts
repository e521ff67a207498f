import type { ErrorObject } from '../../wire/operation.js';
import { oneLine } from './terminal-style.js';

/** An error object on one line: `OrderRejected: no such item`. */
export function errorText({ ErrorType, ErrorMessage }: ErrorObject): string {
  return oneLine([ErrorType, ErrorMessage].filter(Boolean).join(': ') || 'no error given');
}
