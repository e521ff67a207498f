import { Aws, CfnOutput, Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { AccountRootPrincipal, ManagedPolicy, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import {
  Alias,
  Architecture,
  type CfnFunction,
  type Code,
  Function,
  FunctionUrlAuthType,
  type FunctionProps,
  LoggingFormat,
  Runtime,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { letLambdaUse, Rights } from './rights.js';
import { StatusChanges } from './status-changes.js';

export interface OrdersStackProps extends StackProps {
  /** The bundle: a folder with `index.mjs`. */
  code: Code;
}

/** Two functions of one bundle: `OrdersApi` serves HTTP, `FulfilOrder` runs the durable executions. */
export class OrdersStack extends Stack {
  constructor(scope: Construct, id: string, { code, ...props }: OrdersStackProps) {
    super(scope, id, props);
    const key = new Key(this, 'ExecutionData', { enableKeyRotation: true, removalPolicy: RemovalPolicy.RETAIN });
    letLambdaUse(key);

    const fulfilRole = this.functionRole('FulfilRole');
    const fulfil = new Function(this, 'FulfilOrder', {
      ...this.functionDefaults('FulfilLogs', code),
      role: fulfilRole,
      timeout: Duration.minutes(1),
      // Set when the function is created: AWS cannot make an existing function durable. So there is no `functionName`
      // either: a replacement with the same name could not be created beside the function.
      durableConfig: { executionTimeout: Duration.days(7), retentionPeriod: Duration.days(14) },
      environment: { DURABLE_HANDLER: 'fulfil-order' },
    });
    // The construct has no property for the key yet; the CloudFormation resource has one.
    (fulfil.node.defaultChild as CfnFunction).addPropertyOverride('DurableConfig.KMSKeyArn', key.keyArn);
    const live = new Alias(this, 'Live', { aliasName: 'live', version: fulfil.currentVersion });

    const apiRole = this.functionRole('ApiRole');
    const api = new Function(this, 'OrdersApi', {
      ...this.functionDefaults('ApiLogs', code),
      role: apiRole,
      timeout: Duration.seconds(29),
      environment: { FULFIL_ORDER_FUNCTION: live.functionArn },
    });
    const url = api.addFunctionUrl({ authType: FunctionUrlAuthType.AWS_IAM });

    const operators = new Role(this, 'Operators', { assumedBy: new AccountRootPrincipal() });
    const rights = new Rights(this, { fulfil, live, key });
    rights.toCheckpoint(fulfilRole);
    rights.toStart(apiRole);
    rights.toWatch(apiRole);
    rights.toAnswerCallbacks(apiRole);
    rights.toOperate(operators);

    new StatusChanges(this, 'StatusChanges', { of: fulfil, to: api });
    new CfnOutput(this, 'Url', { value: url.url });
  }

  private functionDefaults(logs: string, code: Code): Omit<FunctionProps, 'timeout'> {
    return {
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      code,
      memorySize: 512,
      loggingFormat: LoggingFormat.JSON,
      logGroup: new LogGroup(this, logs, { retention: RetentionDays.ONE_MONTH }),
    };
  }

  private functionRole(id: string): Role {
    const logging = ManagedPolicy.fromAwsManagedPolicyName('service-role/AWSLambdaBasicExecutionRole');
    return new Role(this, id, {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      managedPolicies: [logging],
      description: `${Aws.STACK_NAME} ${id}`,
    });
  }
}
