import { KMS_CODES } from './error-codes.js';

/** What is known of an error name of Lambda's `Invoke`. */
export interface InvokeFailure {
  /** What has happened, as a sentence. */
  readonly why: string;
  /** What the reader can do, as sentences. */
  readonly remedy: string;
  /** Whether the same call can succeed later without any fix. */
  readonly retryable: boolean;
}

const passes = (why: string, remedy: string): InvokeFailure => ({ why, remedy, retryable: true });
const lasts = (why: string, remedy: string): InvokeFailure => ({ why, remedy, retryable: false });

const KMS = lasts(
  'Lambda cannot use a customer-managed key of the function.',
  'It is the KMSKeyArn of the function, which encrypts its environment variables, or that of its DurableConfig. The key ' +
    'must exist, be enabled and not be due for deletion. Its policy must allow kms:Decrypt to the execution role, and for ' +
    'DurableConfig kms:GenerateDataKey and kms:Decrypt to the service principal lambda.amazonaws.com.',
);

const NETWORK: Readonly<Record<string, InvokeFailure>> = {
  EC2AccessDeniedException: lasts(
    "The function's execution role may not configure its VPC access.",
    'Attach the managed policy AWSLambdaVPCAccessExecutionRole to the execution role of the function.',
  ),
  EC2ThrottledException: passes(
    'Amazon EC2 throttled Lambda while it initialised the function.',
    'Try again later; if it persists, check what else makes many EC2 calls in this account.',
  ),
  EC2UnexpectedException: passes(
    'Amazon EC2 failed in an unexpected way while Lambda set up the function.',
    'Try again later; if it persists, check EC2ErrorCode and the VPC configuration of the function.',
  ),
  ENILimitReachedException: lasts(
    'The limit of network interfaces in the VPC is reached.',
    'Request a higher quota of network interfaces, or let functions share subnets and security groups.',
  ),
  ENINotReadyException: passes(
    "The network interface of the function's VPC connection is not ready yet.",
    'Try again in a few moments.',
  ),
  InvalidSecurityGroupIDException: lasts(
    'A security group in the VPC configuration of the function is not valid.',
    'Correct SecurityGroupIds in the VpcConfig of the function.',
  ),
  InvalidSubnetIDException: lasts(
    'A subnet in the VPC configuration of the function is not valid.',
    'Correct SubnetIds in the VpcConfig of the function.',
  ),
  SubnetIPAddressLimitReachedException: lasts(
    'A subnet of the function has no free IP address.',
    'Give the function larger or further subnets in its VpcConfig, or free addresses.',
  ),
};

const FILE_SYSTEMS: Readonly<Record<string, InvokeFailure>> = {
  EFSIOException: passes(
    'Reading from or writing to the file system of the function failed.',
    'Try again later; if it persists, check the state and the throughput of the file system.',
  ),
  EFSMountConnectivityException: lasts(
    'The function could not connect to its file system.',
    'Check that its subnets have a mount target and that the security groups allow NFS (TCP 2049).',
  ),
  EFSMountFailureException: lasts(
    'The file system of the function could not be mounted.',
    "Check the access point, the file system's policy and elasticfilesystem:ClientMount of the execution role.",
  ),
  EFSMountTimeoutException: passes(
    'Mounting the file system of the function took too long.',
    'Try again later; if it persists, check the load of the file system.',
  ),
  S3FilesMountConnectivityException: lasts(
    'The function could not connect to its S3 Files access point.',
    'Check the subnets, the security groups and the mount targets of the S3 file system.',
  ),
  S3FilesMountFailureException: lasts(
    'The S3 Files access point of the function could not be mounted.',
    'Check the access point and the permissions of the execution role on it.',
  ),
  S3FilesMountTimeoutException: passes(
    'Mounting the S3 Files access point of the function took too long.',
    'Try again later; if it persists, check the load of the file system.',
  ),
};

const CODE: Readonly<Record<string, InvokeFailure>> = {
  CodeArtifactUserDeletedException: lasts(
    "The user that holds the function's code artifact was deleted.",
    'Wait until Lambda has created a new one, or update the code of the function.',
  ),
  CodeArtifactUserFailedException: lasts(
    "The user that holds the function's code artifact could not be created.",
    'Update the code of the function; its State and StateReasonCode say more.',
  ),
  CodeArtifactUserPendingException: passes(
    "The user that holds the function's code artifact is still being created.",
    'Try again when the State of the function is Active.',
  ),
  InvalidRuntimeException: lasts(
    'The runtime of the function is not supported.',
    'Give the function a supported runtime, and deploy it again.',
  ),
  InvalidZipFileException: lasts(
    'Lambda could not unzip the deployment package.',
    'Build the package again, and deploy it again.',
  ),
  NoPublishedVersionException: lasts(
    'The function has no published version.',
    'Publish a version, or name an alias or $LATEST.',
  ),
  SnapStartException: lasts(
    'A runtime hook that runs after the snapshot is restored has failed.',
    'Read the log of the function, and fix the hook.',
  ),
  SnapStartNotReadyException: passes(
    'Lambda is still initialising the function for its snapshot.',
    'Try again when the State of the function is Active.',
  ),
  SnapStartRegenerationFailureException: lasts(
    "Lambda could not renew the function's snapshot.",
    'Read the log of the initialisation, and update the function to create a new snapshot.',
  ),
  SnapStartTimeoutException: passes(
    "Restoring the function's snapshot took too long.",
    'Try again; if it persists, do less in the runtime hooks that run after the snapshot is restored.',
  ),
};

const REQUEST: Readonly<Record<string, InvokeFailure>> = {
  DurableExecutionAlreadyStartedException: lasts(
    'An execution of this name has another input.',
    'Use another name, or the same input to get that execution.',
  ),
  InvalidParameterValueException: lasts(
    'The service rejected a parameter as invalid.',
    "Read the service's message: it names the parameter.",
  ),
  InvalidRequestContentException: lasts(
    'The body is not JSON, or a header is not valid.',
    "Send JSON; the service's message names the header.",
  ),
  ModeNotSupportedException: lasts(
    'The function does not support this invocation type.',
    'Invoke it synchronously instead of asynchronously, or the other way round.',
  ),
  RecursiveInvocationException: lasts(
    'Lambda has found the function in a recursive loop and ended it.',
    'Break the loop, or allow it with RecursiveLoop of the function.',
  ),
  RequestTooLargeException: lasts(
    'The input is larger than Invoke accepts.',
    'Keep large values in a store such as S3, and send their keys.',
  ),
  ResourceConflictException: passes(
    'The function is being created or updated.',
    'Try again when its State is Active and its LastUpdateStatus is Successful.',
  ),
  ResourceNotFoundException: lasts(
    'There is no such function, version or alias.',
    'Check name, qualifier, account and region.',
  ),
  ResourceNotReadyException: passes(
    'The function is inactive, and its VPC connection is being created again.',
    'Try again in a few moments.',
  ),
  SerializedRequestEntityTooLargeException: lasts(
    'The serialised input is larger than Invoke accepts.',
    'Keep large values in a store such as S3, and send their keys.',
  ),
  ServiceException: passes(
    'Lambda failed on its own side.',
    'Try again; if it persists, quote the request id to AWS Support.',
  ),
  ServiceQuotaExceededException: lasts(
    'The call would exceed a quota of the account.',
    'Request a higher quota, or free what counts towards it.',
  ),
  TooManyRequestsException: passes(
    'Lambda throttled the call: the rate or the number of concurrent executions is too high.',
    'Try again later; if it persists, reserve concurrency for the function or request a higher quota.',
  ),
  UnsupportedMediaTypeException: lasts('The content type of the body is not JSON.', 'Send application/json.'),
};

/** Every error that `Invoke` documents, by its name. */
export const INVOKE_FAILURES: ReadonlyMap<string, InvokeFailure> = new Map([
  ...Object.entries({ ...NETWORK, ...FILE_SYSTEMS, ...CODE, ...REQUEST }),
  ...KMS_CODES.map((name) => [name, KMS] as const),
]);

/**
 * What is known of a name, also with the prefix `Lambda.` that histories add; `undefined` for a name that `Invoke` does
 * not have.
 */
export function invokeFailureOf(name: string | undefined): InvokeFailure | undefined {
  return INVOKE_FAILURES.get(name?.replace(/^Lambda\./, '') ?? '');
}
