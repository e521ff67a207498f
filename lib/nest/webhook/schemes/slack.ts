import { epochSeconds, type SignatureScheme } from '../signature-scheme.js';
import { headerOf } from '../webhook-request.js';

const PREFIX = 'v0=';

/** @see https://docs.slack.dev/authentication/verifying-requests-from-slack */
export const slack: SignatureScheme = {
  read: (request) => {
    const header = headerOf(request, 'x-slack-signature');
    const timestamp = headerOf(request, 'x-slack-request-timestamp');
    const signedAtSeconds = epochSeconds(timestamp);
    if (!header?.startsWith(PREFIX) || signedAtSeconds === undefined) return undefined;
    const signatures = [Buffer.from(header.slice(PREFIX.length), 'hex')];
    return { content: [`v0:${timestamp}:`, request.rawBody], signatures, signedAtSeconds };
  },
};
