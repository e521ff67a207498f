import type { BuiltInRule } from '../built-in-rule.js';
import type { ErrorLink } from '../error-link.js';
import { headerOf, statusOf } from '../http-facts.js';

const STRIPE_TRY_LATER = ['lock_timeout', 'idempotency_key_in_use', 'rate_limit'];
const SLACK_PASSING = ['ratelimited', 'internal_error', 'service_unavailable'];

/** Stripe, Twilio and Slack. SendGrid and GitHub say all that there is to say with the HTTP status. */
export const serviceRules: readonly BuiltInRule[] = [
  {
    id: 'stripe-says-retry',
    verdict: 'transient',
    when: 'Stripe: the header `stripe-should-retry: true`',
    matches: (error) => isStripe(error) && headerOf(error, 'stripe-should-retry') === 'true',
  },
  {
    id: 'stripe-says-no',
    verdict: 'permanent',
    when: 'Stripe: the header `stripe-should-retry: false`',
    matches: (error) => isStripe(error) && headerOf(error, 'stripe-should-retry') === 'false',
  },
  {
    id: 'stripe-try-later',
    verdict: 'transient',
    when: 'Stripe: StripeRateLimitError, lock_timeout, idempotency_key_in_use',
    matches: (error) =>
      isStripe(error) && (stripeType(error) === 'StripeRateLimitError' || error.codeIs(...STRIPE_TRY_LATER)),
  },
  {
    id: 'stripe-server-error',
    verdict: 'ambiguous',
    when: 'Stripe: StripeAPIError; the result of a POST, this one included, is stored under its idempotency key',
    matches: (error) => stripeType(error) === 'StripeAPIError' && (statusOf(error) ?? 500) >= 500,
  },
  {
    id: 'stripe-refused',
    verdict: 'permanent',
    when: 'Stripe: a declined card, an invalid request, missing permission, a wrong signature',
    matches: (error) => isStripe(error) && stripeType(error) !== 'StripeConnectionError',
  },
  {
    id: 'twilio-try-later',
    verdict: 'transient',
    when: 'Twilio 20429',
    matches: (error) => isTwilio(error) && error.number('code') === 20429,
  },
  {
    id: 'twilio-refused',
    verdict: 'permanent',
    when: 'Twilio 20003 and 21xxx: refused credentials, or a number or a request that is not valid',
    matches: (error) => isTwilio(error) && /^(20003|21\d{3})$/.test(String(error.number('code'))),
  },
  {
    id: 'slack-try-later',
    verdict: 'transient',
    when: 'Slack: the rate limit, or a response of ratelimited, internal_error, service_unavailable',
    matches: (error) =>
      error.code === 'slack_webapi_rate_limited_error' ||
      (isSlackAnswer(error) && SLACK_PASSING.includes(error.text('data.error'))),
  },
  {
    id: 'slack-refused',
    verdict: 'permanent',
    when: 'Slack: any other response of its API, such as channel_not_found',
    matches: isSlackAnswer,
  },
];

/** Wrappers of connection errors, where nothing inside them says more. */
export const serviceFallbacks: readonly BuiltInRule[] = [
  {
    id: 'service-unanswered',
    verdict: 'ambiguous',
    when: 'StripeConnectionError, a request error of Slack, REQUEST_SEND_ERROR of Azure, with no further error inside',
    matches: (error) =>
      stripeType(error) === 'StripeConnectionError' ||
      error.code === 'slack_webapi_request_error' ||
      (error.name === 'RestError' && error.codeIs('REQUEST_SEND_ERROR', 'PARSE_ERROR')),
  },
];

/** Without a raw type, such as errors that the library raises itself, the literal alone has to do. */
function isStripe(error: ErrorLink): boolean {
  return stripeType(error) !== '';
}

function stripeType(error: ErrorLink): string {
  const type = error.text('type');
  return /^Stripe\w+$/.test(type) ? type : '';
}

function isTwilio(error: ErrorLink): boolean {
  return (error.number('code') ?? 0) >= 10_000 && error.number('status') !== undefined;
}

function isSlackAnswer(error: ErrorLink): boolean {
  return error.code === 'slack_webapi_platform_error';
}
