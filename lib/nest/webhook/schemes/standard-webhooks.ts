import { epochSeconds, type SignatureScheme } from '../signature-scheme.js';
import { headerOf } from '../webhook-request.js';

const SECRET_PREFIX = 'whsec_';
const SIGNATURE_PREFIX = 'v1,';

/**
 * `webhook-signature: v1,<base64> v1,<base64>`; the secret is base64, behind `whsec_`.
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export const standardWebhooks: SignatureScheme = {
  read: (request) => {
    const messageId = headerOf(request, 'webhook-id');
    const timestamp = headerOf(request, 'webhook-timestamp');
    const signedAtSeconds = epochSeconds(timestamp);
    if (messageId === undefined || signedAtSeconds === undefined) return undefined;
    const signatures = (headerOf(request, 'webhook-signature') ?? '')
      .split(' ')
      .filter((signature) => signature.startsWith(SIGNATURE_PREFIX))
      .map((signature) => Buffer.from(signature.slice(SIGNATURE_PREFIX.length), 'base64'));
    return { content: [`${messageId}.${timestamp}.`, request.rawBody], signatures, signedAtSeconds };
  },
  keyOf: (secret) => {
    if (typeof secret !== 'string') return secret;
    return Buffer.from(secret.startsWith(SECRET_PREFIX) ? secret.slice(SECRET_PREFIX.length) : secret, 'base64');
  },
};
