import type { BuiltInRule } from '../built-in-rule.js';
import { messageStarts } from '../built-in-rule.js';
import type { ErrorLink } from '../error-link.js';
import { statusOf } from '../http-facts.js';

const AXIOS_NEVER_SENT = [
  'ERR_FR_TOO_MANY_REDIRECTS',
  'ERR_INVALID_URL',
  'ERR_BAD_OPTION',
  'ERR_BAD_OPTION_VALUE',
  'ERR_NOT_SUPPORT',
];
/** `type` of node-fetch, whose names are those of classes. */
const NODE_FETCH_PERMANENT = ['max-redirect', 'no-redirect', 'unsupported-redirect', 'max-size'];
const NODE_FETCH_UNANSWERED = ['request-timeout', 'body-timeout', 'invalid-json'];

/** What HTTP clients say besides a status and the code of a socket. */
export const httpClientRules: readonly BuiltInRule[] = [
  {
    id: 'axios-cancelled-by-timeout',
    verdict: 'ambiguous',
    when: 'Axios: cancelled by a signal whose reason is a TimeoutError',
    matches: (error) => isAxiosCancel(error) && error.text('config.signal.reason.name') === 'TimeoutError',
  },
  {
    id: 'axios-cancelled',
    verdict: 'permanent',
    when: 'Axios: cancelled by the application',
    matches: isAxiosCancel,
  },
  {
    id: 'axios-not-sent',
    verdict: 'permanent',
    when: 'Axios: body or response above its limits, too many redirects, an invalid URL or option',
    matches: (error) => isAxios(error) && isAxiosMisuse(error),
  },
  {
    id: 'axios-unanswered',
    verdict: 'ambiguous',
    when: 'Axios: timeout (ECONNABORTED, ETIMEDOUT), or a response with a good status whose body was truncated',
    matches: (error) => isAxios(error) && (error.codeIs('ECONNABORTED', 'ETIMEDOUT') || isCutAnswer(error)),
  },
  {
    id: 'got-unusable-answer',
    verdict: 'permanent',
    when: 'got: a response that cannot be parsed (ERR_BODY_PARSE_FAILURE), too many redirects, an unsupported protocol',
    matches: (error) => error.codeIs('ERR_BODY_PARSE_FAILURE', 'ERR_TOO_MANY_REDIRECTS', 'ERR_UNSUPPORTED_PROTOCOL'),
  },
  {
    id: 'node-fetch-permanent',
    verdict: 'permanent',
    when: 'node-fetch: too many redirects, a response above the size limit',
    matches: (error) => NODE_FETCH_PERMANENT.includes(error.text('type')),
  },
  {
    id: 'node-fetch-unanswered',
    verdict: 'ambiguous',
    when: 'node-fetch: its own timeouts, or a response whose JSON cannot be read',
    matches: (error) => NODE_FETCH_UNANSWERED.includes(error.text('type')),
  },
  {
    id: 'fetch-redirects',
    verdict: 'permanent',
    when: 'fetch: `fetch failed` whose cause is a plain error without a code, such as a redirect loop, a forbidden port or an unknown scheme',
    matches: (error) =>
      error.name === 'TypeError' &&
      error.message === 'fetch failed' &&
      // Errors of the parser and of the connection have names of their own, but not always a code.
      error.text('cause.name') === 'Error' &&
      error.get('cause.code') === undefined,
  },
];

/** Marks of the lowest rank: wrappers that say only that there was no response, if nothing inside them says more. */
export const httpClientFallbacks: readonly BuiltInRule[] = [
  {
    id: 'http-client-unanswered',
    verdict: 'ambiguous',
    when: 'Axios `ERR_NETWORK`, fetch `fetch failed` and `terminated`, with no further error inside',
    matches: (error) =>
      (isAxios(error) && error.codeIs('ERR_NETWORK', 'ERR_BAD_RESPONSE')) ||
      (error.name === 'TypeError' && (error.message === 'fetch failed' || error.message === 'terminated')) ||
      (error.name === 'FetchError' && error.text('type') === 'system'),
  },
];

function isAxios(error: ErrorLink): boolean {
  return error.get('isAxiosError') === true;
}

function isAxiosCancel(error: ErrorLink): boolean {
  return error.get('__CANCEL__') === true || (isAxios(error) && error.code === 'ERR_CANCELED');
}

function isAxiosMisuse(error: ErrorLink): boolean {
  if (error.codeIs(...AXIOS_NEVER_SENT) || messageStarts(error, 'maxContentLength size of')) return true;
  return error.code === 'ERR_BAD_REQUEST' && statusOf(error) === undefined;
}

function isCutAnswer(error: ErrorLink): boolean {
  const status = statusOf(error);
  return error.code === 'ERR_BAD_RESPONSE' && status !== undefined && status >= 200 && status < 300;
}
