/** What the Lambda runtime passes to a handler beside the event; structurally the `Context` of `@types/aws-lambda`. */
export interface LambdaContext {
  callbackWaitsForEmptyEventLoop: boolean;
  functionName: string;
  functionVersion: string;
  invokedFunctionArn: string;
  memoryLimitInMB: string;
  awsRequestId: string;
  logGroupName: string;
  logStreamName: string;
  tenantId?: string | undefined;
  identity?: { cognitoIdentityId: string; cognitoIdentityPoolId: string } | undefined;
  clientContext?: LambdaClientContext | undefined;
  /** The trace header of this invocation, from newer runtimes; older ones set only `_X_AMZN_TRACE_ID`. */
  xRayTraceId?: string | null | undefined;
  /** Milliseconds until Lambda ends the invocation. */
  getRemainingTimeInMillis(): number;
  done(error?: Error, result?: unknown): void;
  fail(error: Error | string): void;
  succeed(messageOrObject: unknown): void;
  succeed(message: string, object: unknown): void;
}

/** What a mobile app sends about itself when it invokes a function. */
export interface LambdaClientContext {
  client: {
    installationId: string;
    appTitle: string;
    appVersionName: string;
    appVersionCode: string;
    appPackageName: string;
  };
  custom?: unknown;
  env: { platformVersion: string; platform: string; make: string; model: string; locale: string };
}
