import { DynamoDBClient, PutItemCommand, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { HeadObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { fromInstanceMetadata } from '@smithy/credential-provider-imds';
import { closedPort, http, json, text } from './loopback.mjs';
import { provoked } from './provocation.mjs';
import { AUTH, BODY, ROW } from './secrets.mjs';

const credentials = { accessKeyId: 'id', secretAccessKey: AUTH, sessionToken: AUTH };
const settings = (port, more) => ({
  endpoint: `http://127.0.0.1:${port}`,
  region: 'eu-west-1',
  credentials,
  maxAttempts: 1,
  ...more,
});

export async function provocations() {
  return [...(await ofDynamo()), ...(await ofS3())];
}

async function ofDynamo() {
  const [refused, hanging, page] = [await closedPort(), await http(), await text(200, '<html>', 'text/html')];
  const put = (port, more) =>
    new DynamoDBClient(settings(port, more)).send(
      new PutItemCommand({ TableName: 'orders', Item: { id: { S: ROW } } }),
    );
  const withoutCredentials = () => {
    Object.assign(process.env, { AWS_EC2_METADATA_DISABLED: 'true', HOME: '/nowhere' });
    return put(refused, { credentials: undefined });
  };
  const fromSilentHost = () => {
    process.env.AWS_EC2_METADATA_SERVICE_ENDPOINT = `http://127.0.0.1:${hanging}/hang`;
    return fromInstanceMetadata({ timeout: 50, maxRetries: 0 })();
  };
  const timeouts = { requestHandler: { requestTimeout: 50, throwOnRequestTimeout: true } };
  return [
    await answered('aws-throttled', 'T', { name: 'ThrottlingException' }, put),
    await answered('aws-throttled', 'T', { name: 'ProvisionedThroughputExceededException' }, put),
    await answered('aws-signature-expired', 'T', { name: 'ExpiredTokenException' }, put),
    await answered('aws-refused', 'P', { name: 'ConditionalCheckFailedException', Item: { id: { S: ROW } } }, put),
    await answered('aws-conflict', 'T', { name: 'TransactionConflictException' }, put),
    await answered('aws-server-error', 'A', { name: 'InternalServerError', status: 500 }, put),
    await cancelled('dynamodb-transaction-cancelled', 'T', ['None', 'TransactionConflict']),
    await cancelled('dynamodb-transaction-refused', 'P', ['ConditionalCheckFailed', 'TransactionConflict']),
    provoked('dynamodb refused', 'connect-refused', 'T', () => put(refused)),
    provoked('dynamodb timeout', 'node-unanswered', 'A', () => put(hanging, timeouts)),
    provoked('dynamodb page', 'aws-unreadable-answer', 'A', () => put(page)),
    provoked('aws instance metadata', 'aws-credentials-unreachable', 'T', fromSilentHost),
    provoked('dynamodb credentials', 'aws-credentials', 'P', withoutCredentials),
  ];
}

/** DynamoDB's response to every request. */
async function answered(rule, verdict, { name, status = 400, ...more }, send) {
  const port = await json(status, { __type: `com.amazonaws.dynamodb.v20120810#${name}`, message: 'no', ...more });
  return provoked(`dynamodb ${name}`, rule, verdict, () => send(port));
}

function cancelled(rule, verdict, codes) {
  const reasons = codes.map((Code) => ({ Code, Message: 'm', Item: { id: { S: ROW } } }));
  const answer = { name: 'TransactionCanceledException', CancellationReasons: reasons };
  const command = new TransactWriteItemsCommand({ TransactItems: [] });
  return answered(rule, verdict, answer, (port) => new DynamoDBClient(settings(port)).send(command));
}

async function ofS3() {
  const client = (port) => new S3Client(settings(port, { forcePathStyle: true }));
  const put = (port) => client(port).send(new PutObjectCommand({ Bucket: 'b', Key: 'k', Body: BODY }));
  const head = (port) => client(port).send(new HeadObjectCommand({ Bucket: 'b', Key: 'k' }));
  const xml = (status, code) =>
    text(status, `<Error><Code>${code}</Code><Message>m</Message></Error>`, 'application/xml');
  const failing = async (rule, verdict, [status, code]) => {
    const port = await xml(status, code);
    return provoked(`s3 ${code}`, rule, verdict, () => put(port));
  };
  const [missing, busy] = [await text(404, ''), await text(503, '')];
  return [
    await failing('aws-throttled', 'T', [503, 'SlowDown']),
    await failing('aws-refused', 'P', [412, 'PreconditionFailed']),
    await failing('aws-conflict', 'T', [409, 'ConditionalRequestConflict']),
    await failing('aws-server-error', 'A', [500, 'InternalError']),
    provoked('s3 head missing', 'aws-refused', 'P', () => head(missing)),
    provoked('s3 head busy', 'http-try-later', 'T', () => head(busy)),
  ];
}
