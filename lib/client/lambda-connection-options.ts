import type { AwsCredentials } from './lean/aws-settings.js';
import type { LambdaClientLike } from './send-without-futile-repeats.js';

/** Where Lambda is, or the client that knows. */
export interface LambdaConnectionOptions {
  /** A `LambdaClient` of your own, never changed; region, endpoint, credentials and timeouts are then its own too. */
  client?: LambdaClientLike;
  /** @defaultValue what the AWS client finds in the environment */
  region?: string;
  /** One on this machine needs neither credentials nor a region. @defaultValue that of the region, or `AWS_ENDPOINT_URL_LAMBDA` */
  endpoint?: string;
  /** The keys of a request, or what is asked for them, such as a provider of the AWS SDK. @defaultValue the AWS client's chain */
  credentials?: AwsCredentials | (() => Promise<AwsCredentials>);
}
