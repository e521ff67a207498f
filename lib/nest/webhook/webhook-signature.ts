import type { WebhookRequest } from './webhook-request.js';
import type { WebhookSecretOption } from './webhook-secret.js';

/** How the sender of a webhook proves its identity. */
export type WebhookSignature = HmacSignature | NamedSignature | CustomSignature;

/** A plain HMAC in a header: for your own senders, which sign with `signWebhook()`, and for most others. */
export interface HmacSignature extends HmacForm {
  scheme?: 'hmac';
  /** Shared with the sender. Each of several secrets is valid, so that a secret can be rotated. */
  secret: WebhookSecretOption;
}

/** What a plain HMAC covers, and in which header it is. */
export interface HmacForm {
  /** The header with the HMAC. @defaultValue `x-signature` */
  header?: string;
  /** A digest that `node:crypto` supports. @defaultValue `sha256` */
  algorithm?: string;
  /** @defaultValue `hex` */
  encoding?: 'hex' | 'base64' | 'base64url';
  /** Text before the HMAC in the header, such as `sha256=`. @defaultValue none */
  prefix?: string;
  /**
   * Whether the HMAC covers `<callback id>.<body>`, so that a request for one callback cannot complete another. Set
   * `false` for a sender that signs only the body.
   * @defaultValue `true`
   */
  coversCallbackId?: boolean;
  /**
   * The header with the seconds since 1970 when the request was signed. The HMAC then covers
   * `<callback id>.<seconds>.<body>`, or `<seconds>.<body>`, and an expired request is refused.
   * @defaultValue none: requests do not expire
   */
  timestampHeader?: string;
  /** The maximum age of a request, in either direction, in seconds. @defaultValue 300 */
  toleranceSeconds?: number;
}

/** The signature of a service with its own form. None of them covers the callback id. */
export type NamedSignature = {
  /** As the service shows it. Each of several secrets is valid, so that a secret can be rotated. */
  secret: WebhookSecretOption;
} & (TimedScheme | UntimedScheme);

interface TimedScheme {
  /**
   * - `stripe`: `Stripe-Signature` over time and body.
   * - `slack`: `X-Slack-Signature` over time and body.
   * - `standard-webhooks`: `webhook-signature` over message id, time and body (symmetric keys, `v1`).
   */
  scheme: 'stripe' | 'slack' | 'standard-webhooks';
  /** The maximum age of a request, in either direction, in seconds. @defaultValue 300 */
  toleranceSeconds?: number;
}

interface UntimedScheme {
  /** `github`: `X-Hub-Signature-256` over the body. GitHub does not say when it has signed. */
  scheme: 'github';
}

/** Your own check, such as that of a service's library. */
export interface CustomSignature {
  scheme: 'custom';
  secret: WebhookSecretOption;
  /**
   * Whether the request was signed with one of the secrets. If it throws or rejects, the request is refused.
   * @param secrets - the available secrets: at least one, and none of them empty
   */
  verify(request: WebhookRequest, secrets: ReadonlyArray<string | Uint8Array>): boolean | Promise<boolean>;
}
