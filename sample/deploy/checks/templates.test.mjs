import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse as parseHcl } from '@cdktf/hcl2json';
import { synthesise } from './cdk-template.mjs';
import { actionsByPolicy, resourcesOf } from './granted.mjs';
import { asCloudFormation, readSamTemplate } from './sam-template.mjs';
import { faultsOf } from './validate-template.mjs';

const deploy = join(import.meta.dirname, '..');
const cdk = await synthesise();
const sam = asCloudFormation(readSamTemplate(join(deploy, 'sam/template.yaml')));
const terraform = await readTerraform();

async function readTerraform() {
  const folder = join(deploy, 'terraform');
  const files = readdirSync(folder).filter((file) => file.endsWith('.tf'));
  const parsed = await Promise.all(files.map((file) => parseHcl(file, readFileSync(join(folder, file), 'utf8'))));
  return {
    text: files.map((file) => readFileSync(join(folder, file), 'utf8')).join('\n'),
    resource: Object.assign({}, ...parsed.map(({ resource }) => resource)),
    documents: Object.assign({}, ...parsed.map(({ data }) => data?.aws_iam_policy_document)),
  };
}

const only = (resources, type) => Object.values(resources).filter(({ Type }) => Type === type);

for (const [tool, { Resources, ...rest }] of Object.entries({ cdk, sam })) {
  test(`${tool}: CloudFormation would take the template`, () => {
    assert.deepEqual(faultsOf({ Resources, ...rest }), []);
  });

  test(`${tool}: one function is durable, and its data has a key of its own`, () => {
    const durable = only(Resources, 'AWS::Lambda::Function').filter(({ Properties }) => Properties.DurableConfig);
    assert.equal(durable.length, 1);
    const { KMSKeyArn, ...config } = durable[0].Properties.DurableConfig;
    assert.deepEqual(config, { ExecutionTimeout: 604_800, RetentionPeriodInDays: 14 });
    assert.match(KMSKeyArn['Fn::GetAtt'][0], /^ExecutionData/);
  });

  test(`${tool}: Lambda itself may use the key, for functions of this stack alone`, () => {
    const [{ Properties }] = only(Resources, 'AWS::KMS::Key');
    const statement = Properties.KeyPolicy.Statement.find(({ Sid }) => Sid === 'LambdaEncryptsExecutionData');
    assert.deepEqual(statement.Principal, { Service: 'lambda.amazonaws.com' });
    assert.deepEqual(statement.Action, ['kms:GenerateDataKey', 'kms:Decrypt']);
    assert.deepEqual(Object.keys(statement.Condition).sort(), ['ArnLike', 'StringEquals', 'StringLike']);
  });

  test(`${tool}: nothing is allowed on everything, and no broad policy of AWS is used`, () => {
    assert.ok(!resourcesOf(Resources).includes('*'));
    assert.doesNotMatch(JSON.stringify(Resources), /AWSLambdaBasicDurableExecutionRolePolicy/);
  });

  test(`${tool}: the rule sends bad ends of the durable function to the one that is not durable`, () => {
    const [{ Properties }] = only(Resources, 'AWS::Events::Rule');
    assert.deepEqual(Properties.EventPattern['detail-type'], ['Durable Execution Status Change']);
    assert.deepEqual(Properties.EventPattern.detail.status, ['FAILED', 'TIMED_OUT', 'STOPPED']);
    const [{ Arn, DeadLetterConfig }, ...others] = Properties.Targets;
    assert.deepEqual(others, []);
    const target = Resources[Arn['Fn::GetAtt'][0]];
    assert.equal(target.Type, 'AWS::Lambda::Function');
    assert.equal(target.Properties.DurableConfig, undefined, 'each event would start an execution');
    assert.equal(Resources[DeadLetterConfig.Arn['Fn::GetAtt'][0]].Type, 'AWS::SQS::Queue');
    const permissions = only(Resources, 'AWS::Lambda::Permission').map((permission) => permission.Properties);
    assert.ok(permissions.some(({ Principal, SourceArn }) => Principal === 'events.amazonaws.com' && SourceArn));
  });
}

test('the validator finds a fault that is planted', () => {
  const planted = structuredClone(sam);
  planted.Resources.FulfilOrder.Properties.DurableConfig.RetentionPeriodInDays = 900;
  assert.match(faultsOf(planted).join('\n'), /RetentionPeriodInDays|900/);
});

test('all three templates grant the same', () => {
  const ofSam = actionsByPolicy(sam.Resources);
  const ofCdk = actionsByPolicy(cdk.Resources, ([id]) => id.replace(/[0-9A-F]{8}$/, ''));
  assert.deepEqual(ofCdk, ofSam);
  const snake = (name) => name.replace(/(?<=[a-z])[A-Z]/g, (letter) => `_${letter}`).toLowerCase();
  for (const [name, actions] of Object.entries(ofSam)) {
    const [document] = terraform.documents[snake(name)];
    const granted = document.statement.flatMap((statement) => statement.actions).sort();
    // The provider has no argument for the key, so no role needs it.
    assert.deepEqual(
      granted,
      actions.filter((action) => action !== 'kms:Decrypt'),
      name,
    );
  }
});

test('terraform: the durable function has its settings, an alias and a narrow role', () => {
  const [fulfil] = terraform.resource.aws_lambda_function.fulfil;
  assert.deepEqual(fulfil.durable_config, [{ execution_timeout: 604_800, retention_period: 14 }]);
  assert.equal(fulfil.publish, true);
  assert.ok(terraform.resource.aws_lambda_alias.live);
  assert.ok(terraform.resource.aws_lambda_function_url.api);
});

test('terraform: the rule sends bad ends to the function that is not durable', () => {
  const [{ arn, dead_letter_config: deadLetters }] = terraform.resource.aws_cloudwatch_event_target.order_alarms;
  assert.equal(arn, '${aws_lambda_function.api.arn}');
  assert.deepEqual(deadLetters, [{ arn: '${aws_sqs_queue.undelivered.arn}' }]);
  const [{ principal, source_arn: source }] = terraform.resource.aws_lambda_permission.status_change;
  assert.equal(principal, 'events.amazonaws.com');
  assert.equal(source, '${aws_cloudwatch_event_rule.status_change.arn}');
});

test('terraform: the form is that of `terraform fmt`', (t) => {
  const { error, status, stdout } = spawnSync('terraform', ['fmt', '-check', '-diff', join(deploy, 'terraform')]);
  if (error) return t.skip('there is no terraform here');
  assert.equal(status, 0, String(stdout));
});

test('sam: cfn-lint has no objection but to what it does not know yet', (t) => {
  const { error, stdout } = spawnSync('cfn-lint', ['--format', 'parseable', join(deploy, 'sam/template.yaml')]);
  if (error) return t.skip('there is no cfn-lint here');
  const unknown = /KMSKeyArn|lambda:(Pause|Resume)DurableExecution|(pause|resume)durableexecution/;
  const lines = String(stdout)
    .split('\n')
    .filter((line) => line !== '' && !unknown.test(line));
  assert.deepEqual(lines, []);
});
