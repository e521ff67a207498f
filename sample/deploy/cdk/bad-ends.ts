import { Duration } from 'aws-cdk-lib';
import { Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import type { Function } from 'aws-cdk-lib/aws-lambda';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

/**
 * Sends the events of executions that end badly to a queue; the service sends every change of status to EventBridge.
 */
export class BadEnds extends Construct {
  constructor(scope: Construct, id: string, { functionArn }: Function) {
    super(scope, id);
    const queue = new Queue(this, 'Queue', { retentionPeriod: Duration.days(14), enforceSSL: true });
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
      targets: [new SqsQueue(queue)],
    });
  }
}
