import type { WebhookRequest } from './webhook-request.js';

/** What a scheme reads from a request: whatever is needed to tell whether it was signed with a secret. */
export interface SignedParts {
  /** What the sender has signed, in this order and with nothing in between. */
  content: ReadonlyArray<string | Uint8Array>;
  /** The signatures that the sender has sent; one that is right will do. */
  signatures: readonly Buffer[];
  /** When the sender has signed, in seconds since 1970, where the scheme says so. */
  signedAtSeconds?: number;
}

/** How a kind of sender signs its requests: everything that differs between them. */
export interface SignatureScheme {
  readonly algorithm: string;
  /** How far the clocks of sender and receiver may be apart, the way of the request included, in seconds. */
  readonly toleranceSeconds: number;
  /** @returns `undefined` when the headers of the scheme are missing or cannot be read */
  read(request: WebhookRequest): SignedParts | undefined;
  /** The key that a secret stands for. @defaultValue the bytes of its text */
  keyOf?(secret: string | Uint8Array): Uint8Array;
}

/** What Stripe, Slack and Standard Webhooks recommend. */
export const TOLERANCE_SECONDS = 300;

/** Seconds since 1970 as the headers write them; `undefined` for anything else. */
export function epochSeconds(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,12}$/.test(text) ? Number(text) : undefined;
}
