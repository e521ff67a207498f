import type { WebhookRequest } from './webhook-request.js';
import type { WebhookSecretOption } from './webhook-secret.js';

/** How the sender of a webhook proves who it is. */
export type WebhookSignature = HmacSignature | NamedSignature | CustomSignature;

/** A plain HMAC in a header: for senders of your own, which sign with `signWebhook()`, and for most others. */
export interface HmacSignature extends HmacForm {
  scheme?: 'hmac';
  /** Shared with the sender. Several of them are all good, so that a secret can be replaced. */
  secret: WebhookSecretOption;
}

/** What a plain HMAC covers, and where it stands. */
export interface HmacForm {
  /** The header with the HMAC. @defaultValue `x-signature` */
  header?: string;
  /** A digest that `node:crypto` knows. @defaultValue `sha256` */
  algorithm?: string;
  /** @defaultValue `hex` */
  encoding?: 'hex' | 'base64' | 'base64url';
  /** Text before the HMAC in the header, such as `sha256=`. @defaultValue none */
  prefix?: string;
  /**
   * Whether the HMAC covers `<callback id>.<body>`, so that a request for one callback cannot complete another. Say `false`
   * for a sender that signs the body alone.
   * @defaultValue `true`
   */
  coversCallbackId?: boolean;
  /**
   * The header with the seconds since 1970 when the request was signed. The HMAC then covers
   * `<callback id>.<seconds>.<body>`, or `<seconds>.<body>`, and an old request is refused.
   * @defaultValue none: requests do not grow old
   */
  timestampHeader?: string;
  /** How old, or how far ahead, a request may be. @defaultValue 300 */
  toleranceSeconds?: number;
}

/** The signature of a service that has a way of its own. None of them covers the callback id. */
export interface NamedSignature {
  /**
   * - `github`: `X-Hub-Signature-256` over the body.
   * - `stripe`: `Stripe-Signature` over time and body.
   * - `slack`: `X-Slack-Signature` over time and body.
   * - `standard-webhooks`: `webhook-signature` over message id, time and body (symmetric keys, `v1`).
   */
  scheme: 'github' | 'stripe' | 'slack' | 'standard-webhooks';
  /** As the service shows it. Several of them are all good, so that a secret can be replaced. */
  secret: WebhookSecretOption;
  /** How old, or how far ahead, a request may be; GitHub does not say when it has signed. @defaultValue 300 */
  toleranceSeconds?: number;
}

/** A check of your own, such as that of a service's library. */
export interface CustomSignature {
  scheme: 'custom';
  secret: WebhookSecretOption;
  /**
   * Whether the request was signed with one of the secrets. What it throws, or rejects with, refuses the request.
   * @param secrets - those that are there, never none and never an empty one
   */
  verify(request: WebhookRequest, secrets: ReadonlyArray<string | Uint8Array>): boolean | Promise<boolean>;
}
