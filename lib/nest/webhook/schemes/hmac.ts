import { nodeModule } from '../../../node-module.js';
import { unknownDigest, unknownEncoding } from '../webhook.messages.js';
import { DurableConfigurationError } from '../../errors/durable-configuration-error.js';
import { epochSeconds, type SignatureScheme, type SignedParts } from '../signature-scheme.js';
import { headerOf, type WebhookRequest } from '../webhook-request.js';
import type { HmacForm } from '../webhook-signature.js';

const { createHmac } = nodeModule('node:crypto');

const ENCODINGS: ReadonlySet<unknown> = new Set(['base64', 'base64url', 'hex'] satisfies Array<HmacForm['encoding']>);

/** An HMAC in a header. @throws {DurableConfigurationError} when there is no such digest or encoding */
export class HmacScheme implements SignatureScheme {
  readonly algorithm: string;
  readonly header: string;
  readonly #form: HmacForm;

  constructor(form: HmacForm) {
    this.#form = form;
    this.algorithm = form.algorithm ?? 'sha256';
    this.header = form.header ?? 'x-signature';
    assertDigest(this.algorithm);
    const { encoding = 'hex' } = form;
    if (!ENCODINGS.has(encoding)) throw new DurableConfigurationError(unknownEncoding(encoding));
  }

  read(request: WebhookRequest): SignedParts | undefined {
    const { encoding = 'hex', prefix = '', timestampHeader } = this.#form;
    const header = headerOf(request, this.header);
    if (!header?.startsWith(prefix)) return undefined;
    const signatures = [Buffer.from(header.slice(prefix.length), encoding)];
    if (!timestampHeader) return { content: this.contentOf(request), signatures };
    const timestamp = headerOf(request, timestampHeader);
    const signedAtSeconds = epochSeconds(timestamp);
    if (signedAtSeconds === undefined) return undefined;
    return { content: this.contentOf(request, timestamp), signatures, signedAtSeconds };
  }

  /** The signed content: callback id, time and body, as far as they are covered. */
  contentOf(
    { callbackId, rawBody }: Pick<WebhookRequest, 'callbackId' | 'rawBody'>,
    timestamp?: string,
  ): Array<string | Buffer> {
    const { coversCallbackId = true } = this.#form;
    return [coversCallbackId ? `${callbackId}.` : '', timestamp === undefined ? '' : `${timestamp}.`, rawBody];
  }
}

function assertDigest(algorithm: string): void {
  try {
    createHmac(algorithm, 'key');
  } catch (cause) {
    throw new DurableConfigurationError(unknownDigest(algorithm), { cause });
  }
}
