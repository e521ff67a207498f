import type { AwsCredentials } from './lean/aws-settings.js';
import type { LambdaClientLike } from './send-without-futile-repeats.js';

/** Where Lambda is, or a configured client. */
export interface LambdaConnectionOptions {
  /** Your own `LambdaClient`, which is never changed; its region, endpoint, credentials and timeouts apply. */
  client?: LambdaClientLike;
  /** @defaultValue what the AWS client finds in the environment */
  region?: string;
  /**
   * An endpoint on this machine needs neither credentials nor a region. @defaultValue that of the region, or
   * `AWS_ENDPOINT_URL_LAMBDA`
   */
  endpoint?: string;
  /**
   * The keys that sign requests, or a function that returns them, such as a provider of the AWS SDK. @defaultValue the
   * AWS client's chain
   */
  credentials?: AwsCredentials | (() => Promise<AwsCredentials>);
}
