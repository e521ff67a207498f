import type { SignatureScheme } from '../signature-scheme.js';
import { headerOf } from '../webhook-request.js';

const PREFIX = 'sha256=';

/** @see https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries */
export const github: SignatureScheme = {
  read: (request) => {
    const header = headerOf(request, 'x-hub-signature-256');
    if (!header?.startsWith(PREFIX)) return undefined;
    return { content: [request.rawBody], signatures: [Buffer.from(header.slice(PREFIX.length), 'hex')] };
  },
};
