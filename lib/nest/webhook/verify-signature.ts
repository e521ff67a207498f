import { nodeModule } from '../../node-module.js';
import { DurableConfigurationError } from '../errors/durable-configuration-error.js';
import { github } from './schemes/github.js';
import { HmacScheme } from './schemes/hmac.js';
import { slack } from './schemes/slack.js';
import { standardWebhooks } from './schemes/standard-webhooks.js';
import { stripe } from './schemes/stripe.js';
import type { SignatureScheme, SignedParts } from './signature-scheme.js';
import {
  optionOfOtherScheme,
  toleranceWithoutTime,
  unknownScheme,
  wrongTolerance,
  wrongVerify,
} from './webhook.messages.js';
import type { WebhookRequest } from './webhook-request.js';
import type { CustomSignature, HmacSignature, NamedSignature, WebhookSignature } from './webhook-signature.js';

const { createHmac, timingSafeEqual } = nodeModule('node:crypto');

/** The result for a request: signed with one of the secrets and not expired, signed but expired, or not signed. */
export type SignatureVerdict = 'valid' | 'too-old' | 'wrong';

/**
 * The maximum difference of the sender's and the receiver's clocks, including the time in transit, in seconds: what
 * Stripe, Slack and Standard Webhooks recommend.
 */
const TOLERANCE_SECONDS = 300;

type Secrets = ReadonlyArray<string | Uint8Array>;

/** Checks a request with the current secrets; `undefined` when none of the secrets is a key. */
export type SignatureVerifier = (request: WebhookRequest, secrets: Secrets) => Promise<SignatureVerdict | undefined>;

const SCHEMES: Readonly<Record<NamedSignature['scheme'], SignatureScheme>> = {
  github,
  stripe,
  slack,
  'standard-webhooks': standardWebhooks,
};

/** @throws {DurableConfigurationError} when the signature can never be checked as configured */
export function verifierOf(signature: WebhookSignature): SignatureVerifier {
  // An option of another scheme would be ignored.
  const { verify } = signature as Partial<CustomSignature>;
  if ((signature.scheme === 'custom') !== (verify !== undefined)) throw new DurableConfigurationError(wrongVerify());
  if (signature.scheme === 'custom') {
    assertEveryOptionCounts(signature);
    return async (request, secrets) => ((await signature.verify(request, secrets)) === true ? 'valid' : 'wrong');
  }
  const scheme = schemeOf(signature);
  const { toleranceSeconds = TOLERANCE_SECONDS } = signature as HmacSignature;
  if (!(toleranceSeconds > 0)) throw new DurableConfigurationError(wrongTolerance(toleranceSeconds));
  assertEveryOptionCounts(signature);
  return async (request, secrets) => {
    const keys = secrets.map((secret) => scheme.keyOf?.(secret) ?? secret).filter(({ length }) => length > 0);
    return keys.length > 0 ? verdictOf(scheme.read(request), { keys, toleranceSeconds, scheme }) : undefined;
  };
}

/** What a scheme reads besides its secret; the plain HMAC reads everything. */
const READ_BY: Readonly<Record<Exclude<WebhookSignature['scheme'], 'hmac' | undefined>, readonly string[]>> = {
  custom: ['verify'],
  github: [],
  slack: ['toleranceSeconds'],
  'standard-webhooks': ['toleranceSeconds'],
  stripe: ['toleranceSeconds'],
};

/** With an option that its scheme does not read, a route would seem to check more than it does. */
function assertEveryOptionCounts(signature: WebhookSignature): void {
  const { scheme = 'hmac' } = signature;
  if (scheme !== 'hmac') {
    const read = ['scheme', 'secret', ...READ_BY[scheme]];
    const unread = Object.entries(signature).find(([option, value]) => value && !read.includes(option));
    if (unread) throw new DurableConfigurationError(optionOfOtherScheme(unread[0], scheme));
    return;
  }
  const { toleranceSeconds, timestampHeader } = signature as HmacSignature;
  if (toleranceSeconds !== undefined && !timestampHeader) throw new DurableConfigurationError(toleranceWithoutTime());
}

function schemeOf(signature: HmacSignature | NamedSignature): SignatureScheme {
  const { scheme } = signature;
  if (scheme === undefined || scheme === 'hmac') return new HmacScheme(signature);
  if (Object.hasOwn(SCHEMES, scheme)) return SCHEMES[scheme];
  throw new DurableConfigurationError(unknownScheme(scheme, ['hmac', ...Object.keys(SCHEMES), 'custom']));
}

interface Rules {
  keys: Secrets;
  toleranceSeconds: number;
  scheme: SignatureScheme;
}

/** The time counts only if the sender has signed it. */
function verdictOf(parts: SignedParts | undefined, { keys, toleranceSeconds, scheme }: Rules): SignatureVerdict {
  if (!parts || !keys.some((key) => isSigned(parts, scheme.algorithm ?? 'sha256', key))) return 'wrong';
  const { signedAtSeconds } = parts;
  if (signedAtSeconds === undefined) return 'valid';
  return Math.abs(Date.now() / 1000 - signedAtSeconds) <= toleranceSeconds ? 'valid' : 'too-old';
}

/** Compared in constant time. */
function isSigned({ content, signatures }: SignedParts, algorithm: string, key: string | Uint8Array): boolean {
  const expected = digestOf(content, { algorithm, key });
  return signatures.some((given) => given.length === expected.length && timingSafeEqual(given, expected));
}

/** The HMAC of several parts, one after the other. */
export function digestOf(
  content: SignedParts['content'],
  { algorithm, key }: { algorithm: string; key: string | Uint8Array },
): Buffer {
  const hmac = createHmac(algorithm, key);
  for (const part of content) hmac.update(part);
  return hmac.digest();
}
