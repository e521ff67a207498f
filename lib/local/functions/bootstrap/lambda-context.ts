import type { IncomingHttpHeaders } from 'node:http';

/** The second argument of a handler, with the members that Lambda's Node.js runtime passes. */
export interface LambdaContext {
  awsRequestId: string;
  functionName: string;
  functionVersion: string;
  invokedFunctionArn: string;
  memoryLimitInMB: string;
  logGroupName: string;
  logStreamName: string;
  callbackWaitsForEmptyEventLoop: boolean;
  clientContext?: unknown;
  tenantId?: string;
  getRemainingTimeInMillis(): number;
}

/** Builds the context of one invocation from the headers of `/invocation/next` and the environment. */
export function lambdaContext(headers: IncomingHttpHeaders, environment: NodeJS.ProcessEnv): LambdaContext {
  const deadlineMs = Number(headers['lambda-runtime-deadline-ms']);
  const clientContext = text(headers['lambda-runtime-client-context']);
  return {
    awsRequestId: text(headers['lambda-runtime-aws-request-id']) ?? '',
    functionName: environment.AWS_LAMBDA_FUNCTION_NAME ?? '',
    functionVersion: environment.AWS_LAMBDA_FUNCTION_VERSION ?? '',
    invokedFunctionArn: text(headers['lambda-runtime-invoked-function-arn']) ?? '',
    memoryLimitInMB: environment.AWS_LAMBDA_FUNCTION_MEMORY_SIZE ?? '',
    logGroupName: environment.AWS_LAMBDA_LOG_GROUP_NAME ?? '',
    logStreamName: environment.AWS_LAMBDA_LOG_STREAM_NAME ?? '',
    callbackWaitsForEmptyEventLoop: true,
    clientContext: clientContext === undefined ? undefined : (JSON.parse(clientContext) as unknown),
    tenantId: text(headers['lambda-runtime-aws-tenant-id']),
    getRemainingTimeInMillis: () => deadlineMs - Date.now(),
  };
}

function text(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}
