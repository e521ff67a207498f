/** Headers by lower-case name. */
export type WebhookHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** A request for the code that checks its signature. */
export interface WebhookRequest {
  /** The bytes that were sent, whatever their content type; none for a request without a body. */
  readonly rawBody: Buffer;
  readonly headers: WebhookHeaders;
  /** The callback that the request is to complete. */
  readonly callbackId: string;
}

/** A header that was sent once. A repeated header is not a signature. */
export function headerOf({ headers }: WebhookRequest, name: string): string | undefined {
  const value = headers[name.toLowerCase()];
  return typeof value === 'string' ? value : undefined;
}
