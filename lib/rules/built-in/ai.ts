import type { BuiltInRule } from '../built-in-rule.js';
import { FEW_ATTEMPTS, messageStarts } from '../built-in-rule.js';
import type { ErrorLink } from '../error-link.js';
import { statusOf } from '../http-facts.js';

const AI_SDK = Symbol.for('vercel.ai.error');
const NO_OUTPUT = ['AI_NoObjectGeneratedError', 'AI_NoContentGeneratedError', 'AI_NoOutputGeneratedError'];

/** Models: asking again has no lasting effect but its price. */
export const aiRules: readonly BuiltInRule[] = [
  {
    id: 'model-quota-spent',
    verdict: 'permanent',
    when: 'OpenAI: `insufficient_quota`, a 429 that waiting does not fix',
    matches: (error) => [error.code, error.text('type'), error.text('error.code')].includes('insufficient_quota'),
  },
  {
    id: 'model-aborted',
    verdict: 'permanent',
    when: 'OpenAI, Anthropic: aborted by the application',
    matches: (error) => isModelClient(error) && messageStarts(error, 'Request was aborted'),
  },
  {
    id: 'model-try-again',
    verdict: 'transient',
    when: 'OpenAI, Anthropic: HTTP 408, 409, 429 and 5xx, no connection, a timeout',
    matches: (error) => isModelClient(error) && isPassing(statusOf(error)),
  },
  {
    id: 'ai-sdk-retryable',
    verdict: 'transient',
    when: 'AI SDK: `isRetryable` is true',
    matches: (error) => isAiSdk(error) && error.get('isRetryable') === true,
  },
  {
    id: 'ai-sdk-no-output',
    verdict: 'transient',
    when: 'AI SDK: the model has generated no usable output',
    matches: (error) => error.nameIs(...NO_OUTPUT),
    maxAttempts: FEW_ATTEMPTS,
  },
  {
    id: 'ai-sdk-refused',
    verdict: 'permanent',
    when: 'AI SDK: any other of its errors; an AI_RetryError is classified by its last error',
    matches: (error) => isAiSdk(error) && error.name !== 'AI_RetryError',
  },
];

function isAiSdk(error: ErrorLink): boolean {
  return error.name.startsWith('AI_') || error.has(AI_SDK);
}

/** Both clients are made by one generator: the same own properties, undefined ones included. */
function isModelClient(error: ErrorLink): boolean {
  if (error.has('requestID') && error.has('status')) return true;
  return error.has('apiMessage') && error.has('type');
}

function isPassing(status: number | undefined): boolean {
  return status === undefined || status >= 500 || [408, 409, 429].includes(status);
}
