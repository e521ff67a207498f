import { createHmac, timingSafeEqual } from 'node:crypto';

export interface WebhookSignature {
  /** The shared secret, or where to get it; asked anew for each request, so that it can be rotated. */
  secret: string | (() => string | Promise<string>);
  /** The header with the HMAC of the body. @defaultValue `x-signature` */
  header?: string;
  /** @defaultValue `sha256` */
  algorithm?: string;
  /** @defaultValue `hex` */
  encoding?: 'hex' | 'base64' | 'base64url';
  /** Text before the HMAC in the header, such as `sha256=`. @defaultValue none */
  prefix?: string;
}

/** Whether a header carries the HMAC of exactly these bytes; compared in constant time. */
export async function isSignedBy(signature: WebhookSignature, body: Buffer, header: unknown): Promise<boolean> {
  const { secret, algorithm = 'sha256', encoding = 'hex', prefix = '' } = signature;
  if (typeof header !== 'string' || !header.startsWith(prefix)) return false;
  const key = typeof secret === 'function' ? await secret() : secret;
  const expected = createHmac(algorithm, key).update(body).digest();
  const given = Buffer.from(header.slice(prefix.length), encoding);
  return given.length === expected.length && timingSafeEqual(given, expected);
}
