import { KMS_CODES } from './error-codes.js';

/** What is known of an error name of Lambda's `Invoke`; what has happened is in docs/errors.md. */
export interface InvokeFailure {
  /** What the reader can do, as sentences. */
  readonly remedy: string;
  /** Whether the same call can succeed later without any fix. */
  readonly retryable: boolean;
}

const passes = (remedy: string): InvokeFailure => ({ remedy, retryable: true });
const lasts = (remedy: string): InvokeFailure => ({ remedy, retryable: false });

const KMS = lasts(
  'It is the KMSKeyArn of the function, which encrypts its environment variables, or that of its DurableConfig. The key ' +
    'must exist, be enabled and not be due for deletion. Its policy must allow kms:Decrypt to the execution role, and for ' +
    'DurableConfig kms:GenerateDataKey and kms:Decrypt to the service principal lambda.amazonaws.com.',
);

const NETWORK: Readonly<Record<string, InvokeFailure>> = {
  EC2AccessDeniedException: lasts(
    'Attach the managed policy AWSLambdaVPCAccessExecutionRole to the execution role of the function.',
  ),
  EC2ThrottledException: passes(
    'Try again later; if it persists, check what else makes many EC2 calls in this account.',
  ),
  EC2UnexpectedException: passes(
    'Try again later; if it persists, check EC2ErrorCode and the VPC configuration of the function.',
  ),
  ENILimitReachedException: lasts(
    'Request a higher quota of network interfaces, or let functions share subnets and security groups.',
  ),
  ENINotReadyException: passes('Try again in a few moments.'),
  InvalidSecurityGroupIDException: lasts('Correct SecurityGroupIds in the VpcConfig of the function.'),
  InvalidSubnetIDException: lasts('Correct SubnetIds in the VpcConfig of the function.'),
  SubnetIPAddressLimitReachedException: lasts(
    'Give the function larger or further subnets in its VpcConfig, or free addresses.',
  ),
};

const FILE_SYSTEMS: Readonly<Record<string, InvokeFailure>> = {
  EFSIOException: passes('Try again later; if it persists, check the state and the throughput of the file system.'),
  EFSMountConnectivityException: lasts(
    'Check that its subnets have a mount target and that the security groups allow NFS (TCP 2049).',
  ),
  EFSMountFailureException: lasts(
    "Check the access point, the file system's policy and elasticfilesystem:ClientMount of the execution role.",
  ),
  EFSMountTimeoutException: passes('Try again later; if it persists, check the load of the file system.'),
  S3FilesMountConnectivityException: lasts(
    'Check the subnets, the security groups and the mount targets of the S3 file system.',
  ),
  S3FilesMountFailureException: lasts('Check the access point and the permissions of the execution role on it.'),
  S3FilesMountTimeoutException: passes('Try again later; if it persists, check the load of the file system.'),
};

const CODE: Readonly<Record<string, InvokeFailure>> = {
  CodeArtifactUserDeletedException: lasts(
    'Wait until Lambda has created a new one, or update the code of the function.',
  ),
  CodeArtifactUserFailedException: lasts('Update the code of the function; its State and StateReasonCode say more.'),
  CodeArtifactUserPendingException: passes('Try again when the State of the function is Active.'),
  InvalidRuntimeException: lasts('Give the function a supported runtime, and deploy it again.'),
  InvalidZipFileException: lasts('Build the package again, and deploy it again.'),
  NoPublishedVersionException: lasts('Publish a version, or name an alias or $LATEST.'),
  SnapStartException: lasts('Read the log of the function, and fix the hook.'),
  SnapStartNotReadyException: passes('Try again when the State of the function is Active.'),
  SnapStartRegenerationFailureException: lasts(
    'Read the log of the initialisation, and update the function to create a new snapshot.',
  ),
  SnapStartTimeoutException: passes(
    'Try again; if it persists, do less in the runtime hooks that run after the snapshot is restored.',
  ),
};

const REQUEST: Readonly<Record<string, InvokeFailure>> = {
  DurableExecutionAlreadyStartedException: lasts('Use another name, or the same input to get that execution.'),
  InvalidParameterValueException: lasts("Read the service's message: it names the parameter."),
  InvalidRequestContentException: lasts("Send JSON; the service's message names the header."),
  ModeNotSupportedException: lasts('Invoke it synchronously instead of asynchronously, or the other way round.'),
  RecursiveInvocationException: lasts('Break the loop, or allow it with RecursiveLoop of the function.'),
  RequestTooLargeException: lasts('Keep large values in a store such as S3, and send their keys.'),
  ResourceConflictException: passes('Try again when its State is Active and its LastUpdateStatus is Successful.'),
  ResourceNotFoundException: lasts('Check name, qualifier, account and region.'),
  ResourceNotReadyException: passes('Try again in a few moments.'),
  SerializedRequestEntityTooLargeException: lasts('Keep large values in a store such as S3, and send their keys.'),
  ServiceException: passes('Try again; if it persists, quote the request id to AWS Support.'),
  ServiceQuotaExceededException: lasts('Request a higher quota, or free what counts towards it.'),
  TooManyRequestsException: passes(
    'Try again later; if it persists, reserve concurrency for the function or request a higher quota.',
  ),
  UnsupportedMediaTypeException: lasts('Send application/json.'),
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
