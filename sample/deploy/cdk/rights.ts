import { Aws } from 'aws-cdk-lib';
import { type IRole, Policy, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import type { Alias, Function } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';

interface Subjects {
  fulfil: Function;
  live: Alias;
  key: Key;
}

/** The permissions of each role, and nothing else. */
export class Rights {
  readonly #scope: Construct;
  readonly #subjects: Subjects;
  /**
   * Executions of every version: permissions are checked against their ARNs, which contain a version and never an
   * alias.
   */
  readonly #executions: string;

  constructor(scope: Construct, subjects: Subjects) {
    this.#scope = scope;
    this.#subjects = subjects;
    this.#executions = `${subjects.fulfil.functionArn}:*`;
  }

  /** For the durable function itself. */
  toCheckpoint(role: IRole): void {
    this.#grant('Checkpointing', role, [
      allow(['lambda:CheckpointDurableExecution', 'lambda:GetDurableExecutionState'], [this.#executions]),
      this.#decrypting(),
    ]);
  }

  /** For callers that start executions: the ARN as it is called, and nothing on the key. */
  toStart(role: IRole): void {
    this.#grant('Starting', role, [allow(['lambda:InvokeFunction'], [this.#subjects.live.functionArn])]);
  }

  /** For status pages: listing is checked against the ARN that was requested. */
  toWatch(role: IRole): void {
    const { fulfil, live } = this.#subjects;
    this.#grant('Watching', role, [
      allow(['lambda:ListDurableExecutionsByFunction'], [fulfil.functionArn, live.functionArn]),
      allow(['lambda:GetDurableExecution'], [this.#executions]),
      this.#decrypting(),
    ]);
  }

  /** For senders that complete callbacks, such as a webhook's route. */
  toAnswerCallbacks(role: IRole): void {
    this.#grant('AnsweringCallbacks', role, [
      allow(
        [
          'lambda:SendDurableExecutionCallbackSuccess',
          'lambda:SendDurableExecutionCallbackFailure',
          'lambda:SendDurableExecutionCallbackHeartbeat',
        ],
        [this.#executions],
      ),
      this.#decrypting(),
    ]);
  }

  /** For people who operate executions. */
  toOperate(role: IRole): void {
    const { functionArn } = this.#subjects.fulfil;
    this.#grant('Operating', role, [
      allow(
        [
          'lambda:GetDurableExecution',
          'lambda:GetDurableExecutionHistory',
          'lambda:StopDurableExecution',
          'lambda:PauseDurableExecution',
          'lambda:ResumeDurableExecution',
        ],
        [this.#executions],
      ),
      allow(['lambda:ListDurableExecutionsByFunction'], [functionArn, `${functionArn}:*`]),
      this.#decrypting(),
    ]);
  }

  #decrypting(): PolicyStatement {
    return allow(['kms:Decrypt'], [this.#subjects.key.keyArn], {
      StringEquals: { 'kms:ViaService': `lambda.${Aws.REGION}.amazonaws.com` },
    });
  }

  /** A separate policy: inside the role, it would make the role depend on the function that depends on the role. */
  #grant(id: string, role: IRole, statements: PolicyStatement[]): void {
    new Policy(this.#scope, id, { roles: [role], statements });
  }
}

/**
 * Lambda encrypts the data of executions with the key. The ARN of a function without a fixed name is known only after
 * it exists, but generated names begin with the stack's name.
 */
export function letLambdaUse(key: Key): void {
  const ofThisStack = `arn:${Aws.PARTITION}:lambda:${Aws.REGION}:${Aws.ACCOUNT_ID}:function:${Aws.STACK_NAME}-*`;
  key.addToResourcePolicy(
    new PolicyStatement({
      sid: 'LambdaEncryptsExecutionData',
      principals: [new ServicePrincipal('lambda.amazonaws.com')],
      actions: ['kms:GenerateDataKey', 'kms:Decrypt'],
      resources: ['*'],
      conditions: {
        StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
        ArnLike: { 'aws:SourceArn': ofThisStack },
        StringLike: { 'kms:EncryptionContext:aws:lambda:FunctionArn': ofThisStack },
      },
    }),
  );
}

function allow(actions: string[], resources: string[], conditions?: Record<string, unknown>): PolicyStatement {
  return new PolicyStatement({ actions, resources, conditions });
}
