/** Headers by lower-case name. */
export type WebhookHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** A request as those see it who judge its signature. */
export interface WebhookRequest {
  /** The bytes that were sent, whatever their content type; none for a request without a body. */
  readonly rawBody: Buffer;
  readonly headers: WebhookHeaders;
  /** The callback that the request is to complete. */
  readonly callbackId: string;
}

/** A header that was sent once. One that was sent several times is nobody's signature. */
export function headerOf({ headers }: WebhookRequest, name: string): string | undefined {
  const value = headers[name.toLowerCase()];
  return typeof value === 'string' ? value : undefined;
}
