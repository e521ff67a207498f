import { secretMissing } from './webhook.messages.js';
import { DurableConfigurationError } from '../errors/durable-configuration-error.js';
import { HmacScheme } from './schemes/hmac.js';
import { digestOf } from './verify-signature.js';
import type { HmacForm } from './webhook-signature.js';

/** A request to sign, and how the receiver will check it. */
export interface WebhookToSign extends HmacForm {
  secret: string | Uint8Array;
  /** The callback that the request completes. */
  callbackId: string;
  /** Exactly what is sent. @defaultValue no body */
  body?: string | Uint8Array;
}

/**
 * Signs a request to a `@CompletesCallback()` route, for your own senders.
 *
 * @returns the headers to send with it
 * @throws {DurableConfigurationError} when the secret is missing or empty
 * @example
 * ```ts
 * const body = JSON.stringify({ approved: true });
 * const headers = { 'content-type': 'application/json', ...signWebhook({ secret, callbackId, body }) };
 * await fetch(`${shop}/approvals/${encodeURIComponent(callbackId)}`, { method: 'POST', body, headers });
 * ```
 */
export function signWebhook({ secret, callbackId, body = '', ...form }: WebhookToSign): Record<string, string> {
  // It may be a variable that the environment lacks.
  if (!(secret as typeof secret | undefined)?.length)
    throw new DurableConfigurationError(secretMissing('signWebhook()'));
  const { encoding = 'hex', prefix = '', timestampHeader } = form;
  const scheme = new HmacScheme(form);
  const timestamp = timestampHeader && String(Math.floor(Date.now() / 1000));
  const content = scheme.contentOf({ callbackId, rawBody: Buffer.from(body) }, timestamp);
  const digest = digestOf(content, { algorithm: scheme.algorithm, key: secret });
  return {
    [scheme.header]: prefix + digest.toString(encoding),
    ...(timestampHeader && timestamp && { [timestampHeader]: timestamp }),
  };
}
