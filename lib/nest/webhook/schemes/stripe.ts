import { epochSeconds, type SignatureScheme } from '../signature-scheme.js';
import { headerOf } from '../webhook-request.js';

/**
 * `Stripe-Signature: t=1492774577,v1=<hex>,v1=<hex>`: one signature for each active secret during a rotation.
 * @see https://docs.stripe.com/webhooks/signature
 */
export const stripe: SignatureScheme = {
  read: (request) => {
    const pairs = (headerOf(request, 'stripe-signature') ?? '').split(',').map((pair) => pair.split('=', 2));
    const valuesOf = (key: string) => pairs.filter(([name]) => name?.trim() === key).map(([, value = '']) => value);
    const [timestamp] = valuesOf('t');
    const signedAtSeconds = epochSeconds(timestamp);
    if (signedAtSeconds === undefined) return undefined;
    const signatures = valuesOf('v1').map((signature) => Buffer.from(signature, 'hex'));
    return { content: [`${timestamp}.`, request.rawBody], signatures, signedAtSeconds };
  },
};
