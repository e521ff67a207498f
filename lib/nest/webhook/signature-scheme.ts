import type { WebhookRequest } from './webhook-request.js';

/** The parts of a request that show whether it was signed with a secret. */
export interface SignedParts {
  /** What the sender has signed, in this order and with nothing in between. */
  content: ReadonlyArray<string | Uint8Array>;
  /** The signatures that the sender has sent; one correct signature is enough. */
  signatures: readonly Buffer[];
  /** When the sender has signed, in seconds since 1970, if the scheme says so. */
  signedAtSeconds?: number;
}

/** How a kind of sender signs its requests: everything that differs between them. */
export interface SignatureScheme {
  /** @defaultValue `sha256` */
  readonly algorithm?: string;
  /** @returns `undefined` when the headers of the scheme are missing or cannot be read */
  read(request: WebhookRequest): SignedParts | undefined;
  /** The key of a secret. @defaultValue the bytes of its text */
  keyOf?(secret: string | Uint8Array): Uint8Array;
}

/** Seconds since 1970 as in the headers; `undefined` for anything else. */
export function epochSeconds(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,12}$/.test(text) ? Number(text) : undefined;
}
