import { Duration } from 'aws-cdk-lib';
import { Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { Function } from 'aws-cdk-lib/aws-lambda';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

interface Functions {
  /** The durable function whose executions may end badly. */
  of: Function;
  /** The function with the `@OnExecutionStatus()` method. It is not durable: each event would start an execution. */
  to: Function;
}

/** The service sends every change of an execution's status to EventBridge; bad ends are sent to a function. */
export class StatusChanges extends Construct {
  constructor(scope: Construct, id: string, { of: { functionArn }, to }: Functions) {
    super(scope, id);
    // What EventBridge could not deliver within a day.
    const deadLetterQueue = new Queue(this, 'Undelivered', { retentionPeriod: Duration.days(14), enforceSSL: true });
    new Rule(this, 'StatusChange', {
      eventPattern: {
        source: ['aws.lambda'],
        detailType: ['Durable Execution Status Change'],
        detail: {
          // With the colon: without it, the prefix would also match longer function names.
          functionArn: [functionArn, { prefix: `${functionArn}:` }],
          status: ['FAILED', 'TIMED_OUT', 'STOPPED'],
        },
      },
      targets: [new LambdaFunction(to, { deadLetterQueue })],
    });
  }
}
