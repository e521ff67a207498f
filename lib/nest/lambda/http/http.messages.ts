/** Loaded with the first HTTP event. */

export const responseDestroyed = (): string =>
  'The application has destroyed the response, so there is none. Nest does that if a stream fails while it is sent: then the ' +
  'log has its error. Otherwise end it instead, with a status that tells the caller.';

export const severalCookies = (): string =>
  'Of several cookies only the last was sent: the load balancer accepts one value for each header. ' +
  'Enable multi-value headers on its target group.';
