import {
  CheckpointDurableExecutionCommand,
  GetDurableExecutionStateCommand,
  LambdaClient,
} from '@aws-sdk/client-lambda';
import { HttpRequest } from '@smithy/core/protocols';
import { jest } from '@jest/globals';
import { classifyApiError } from '../../wire/classify-api-error.js';
import type { Operation } from '../../wire/operation.js';
import { toEpochMs } from '../../wire/timestamp.js';
import { createLambdaDurableClient } from '../lambda-durable-client.js';
import { LambdaEndpoint, failing, json } from '../testing-fixtures/lambda-endpoint.js';
import type { Answer, SeenRequest } from '../testing-fixtures/lambda-endpoint.js';
import { createLeanDurableClient } from './lean-durable-client.js';

const ARN = 'arn:aws:lambda:eu-west-1:123456789012:function:orders:$LATEST/durable-execution/first/0f0e';
const credentials = { accessKeyId: 'AKID', secretAccessKey: 'secret', sessionToken: 'session/+==' };
const checkpointCall = {
  DurableExecutionArn: ARN,
  CheckpointToken: 'dG9r/+4==',
  ClientToken: 'c-1',
  Updates: [{ Id: 'a', Type: 'STEP' as const, Action: 'SUCCEED' as const, Payload: '"Grüße \u{1F600}"' }],
};
const stateCall = { DurableExecutionArn: ARN, CheckpointToken: 'dG9r/+4==', Marker: "m*1'(!) ~", MaxItems: 1000 };

const lambda = new LambdaEndpoint();
const place = () => ({ region: 'eu-west-1', endpoint: lambda.url });
const lean = () => createLeanDurableClient({ ...place(), credentials });
const aws = () => new LambdaClient({ ...place(), credentials });
const ok = json({ CheckpointToken: 'bmV4dA==', NewExecutionState: { Operations: [] } });

beforeAll(() => lambda.open());
beforeEach(() => void jest.spyOn(Math, 'random').mockReturnValue(0));
afterAll(() => lambda.close());

function signedAt(headers: SeenRequest['headers']): Date {
  const date = String(headers['x-amz-date']);
  return new Date(date.replace(/(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z/, '$1-$2-$3T$4:$5:$6Z'));
}

/** The AWS client's own signature of a request that was seen. */
async function awsSignatureOf({ method, path, headers, body }: SeenRequest): Promise<string | undefined> {
  const { authorization: _, connection: __, ...signable } = headers as Record<string, string>;
  const url = new URL(path, lambda.url);
  const signer = await aws().config.signer();
  const request = new HttpRequest({
    method,
    protocol: 'http:',
    hostname: url.hostname,
    port: Number(url.port),
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: signable,
    body,
  });
  return (await signer.sign(request, { signingDate: signedAt(headers) })).headers.authorization;
}

describe('createLeanDurableClient', () => {
  it.each([
    ['checkpoint', () => lean().checkpoint(checkpointCall)],
    ['getExecutionState', () => lean().getExecutionState(stateCall)],
  ])('signs %s as the AWS client would', async (_, call) => {
    lambda.willAnswer(ok);
    await call();
    const [seen] = lambda.seen as [SeenRequest];

    expect(seen.headers.authorization).toMatch(/^AWS4-HMAC-SHA256 Credential=AKID\/\d{8}\/eu-west-1\/lambda\//);
    expect(seen.headers.authorization).toBe(await awsSignatureOf(seen));
  });

  it('sends what the AWS client sends', async () => {
    lambda.willAnswer(ok, ok, ok, ok);
    await lean().checkpoint(checkpointCall);
    await lean().getExecutionState(stateCall);
    await aws().send(new CheckpointDurableExecutionCommand(checkpointCall));
    await aws().send(new GetDurableExecutionStateCommand(stateCall));
    const [checkpoint, state, awsCheckpoint, awsState] = lambda.seen as [
      SeenRequest,
      SeenRequest,
      SeenRequest,
      SeenRequest,
    ];

    expect(checkpoint.path).toContain('%3A%24LATEST%2Fdurable-execution%2F');
    expect(checkpoint).toMatchObject({ method: 'POST', path: awsCheckpoint.path });
    expect(JSON.parse(checkpoint.body)).toEqual(JSON.parse(awsCheckpoint.body));
    expect(state.method).toBe('GET');
    expect(pathAndQuery(state)).toEqual(pathAndQuery(awsState));
    for (const header of ['content-type', 'x-amz-content-sha256', 'x-amz-security-token', 'amz-sdk-request']) {
      expect([header, state.headers[header]]).toEqual([header, awsState.headers[header]]);
    }
    expect(checkpoint.headers['content-type']).toBe(awsCheckpoint.headers['content-type']);
  });

  it('sends to an endpoint below a path', async () => {
    lambda.willAnswer(ok);
    const client = createLeanDurableClient({ ...place(), endpoint: `${lambda.url}/stage/`, credentials });
    await client.checkpoint(checkpointCall);

    expect(lambda.seen[0]?.path).toMatch(/^\/stage\/2025-12-01\/durable-executions\/arn%3A/);
    expect(lambda.seen[0]?.headers.authorization).toBe(await awsSignatureOf(lambda.seen[0] as SeenRequest));
  });

  it('reads the moments that the AWS client reads', async () => {
    const operation = { Id: 'a', Type: 'STEP', Status: 'SUCCEEDED', StartTimestamp: 1_769_838_500.123 };
    const answer = json({ Operations: [operation], NextMarker: null });
    lambda.willAnswer(answer, answer);
    const ours = await lean().getExecutionState(stateCall);
    const theirs = await aws().send(new GetDurableExecutionStateCommand(stateCall));

    expect(toEpochMs(ours.Operations?.[0]?.StartTimestamp)).toBe(1_769_838_500_123);
    expect(toEpochMs((theirs.Operations as Operation[])[0]?.StartTimestamp)).toBe(1_769_838_500_123);
    expect(ours).not.toHaveProperty('NextMarker');
  });

  it('takes an empty answer for one without a token, as the AWS client does', async () => {
    lambda.willAnswer((response) => response.writeHead(200).end());

    await expect(lean().checkpoint(checkpointCall)).resolves.toEqual({});
  });

  it('keeps its connection', async () => {
    const ports = new Set<number | undefined>();
    const answer: Answer = (response) => {
      ports.add(response.socket?.remotePort);
      ok(response);
    };
    lambda.willAnswer(answer, answer, answer);
    const client = lean();
    for (let calls = 0; calls < 3; calls++) await client.checkpoint(checkpointCall);

    expect(ports.size).toBe(1);
  });

  it('corrects its clock and signs again', async () => {
    // Signatures have whole seconds.
    const startMs = Math.floor(Date.now() / 1000) * 1000;
    const inOneHour = new Date(startMs + 3_600_000).toUTCString();
    const skewed = { 'x-amzn-errortype': 'InvalidSignatureException', date: inOneHour };
    lambda.willAnswer(json({ message: 'Signature not yet current.' }, skewed, 403), ok, ok);
    const client = lean();
    await client.checkpoint(checkpointCall);
    await client.checkpoint(checkpointCall);

    const hoursLater = lambda.seen.map(({ headers }) => Math.round((Number(signedAt(headers)) - startMs) / 3_600_000));
    expect(hoursLater).toEqual([0, 1, 1]);
  });

  it('sends once what is refused for another reason while its clock is off', async () => {
    const date = new Date(Date.now() + 3_600_000).toUTCString();
    const refused = { 'x-amzn-errortype': 'InvalidParameterValueException', date };
    lambda.willAnswer(json({ message: 'Invalid name.' }, refused, 400));

    await expect(lean().checkpoint(checkpointCall)).rejects.toThrow('Invalid name.');
    expect(lambda.seen).toHaveLength(1);
  });

  it('can be loaded ahead of the first call', async () => {
    lambda.willAnswer();
    await lean().preload();

    expect(lambda.seen).toHaveLength(0);
  });

  it('asks for the credentials of each attempt, and sends nothing without', async () => {
    lambda.willAnswer(failing(403, 'ExpiredTokenException'), ok);
    const given = [undefined, { ...credentials, accessKeyId: 'OLD' }, { ...credentials, accessKeyId: 'NEW' }];
    const client = createLeanDurableClient({
      ...place(),
      credentials: async () => {
        const next = given.shift();
        if (!next) throw new Error('The vault is closed.');
        return next;
      },
    });

    await expect(client.checkpoint(checkpointCall)).resolves.toBeDefined();
    expect(lambda.seen.map(({ headers }) => /Credential=(\w+)/.exec(headers.authorization!)?.[1])).toEqual([
      'OLD',
      'NEW',
    ]);
    await expect(client.checkpoint(checkpointCall)).rejects.toThrow('The vault is closed.');
    expect(lambda.seen).toHaveLength(2);
  });
});

describe('a failure of the lean transport', () => {
  const answers: Record<string, Answer> = {
    'a named refusal': failing(400, 'InvalidParameterValueException', 'Invalid checkpoint token'),
    'a name with a namespace and a link': json(
      { Message: 'No.' },
      { 'x-amzn-errortype': 'com.amazonaws.lambda#KMSDisabledException:http://internal/' },
      502,
    ),
    'a name in code': json({ code: 'InvalidParameterValueException', message: 'Bad.' }, {}, 400),
    'a name in __type': json({ __type: 'com.amazonaws#KMSNotFoundException', Message: 'Gone.' }, {}, 502),
    'a name in Code': json({ Code: 'ThrottlingException', Message: 'Rate exceeded' }, {}, 400),
    'a name in Error.Code': json({ Error: { Code: 'Throttling', Message: 'Rate exceeded' } }, {}, 400),
    'a name in Type only': json({ Type: 'KMSNotFoundException', message: 'Gone.' }, {}, 502),
    'an error without a message': json(
      { __type: 'TooManyRequestsException', Reason: 'CallerRateLimitExceeded' },
      {},
      429,
    ),
    'throttling at 400': failing(400, 'ThrottledException'),
    'a time-out at 408': failing(408, 'RequestTimeoutException'),
    'a 425 without a name': (response) => response.writeHead(425).end(),
    'credentials that have expired': failing(403, 'ExpiredTokenException'),
    'a request that came too late': failing(400, 'RequestExpired'),
    'an error that is no object': (response) => response.writeHead(400).end('null'),
    'an empty 500': (response) => response.writeHead(500).end(),
    'an empty 500 with a name': (response) =>
      response.writeHead(500, { 'x-amzn-errortype': 'ServiceException', 'x-amzn-requestid': 'r-2' }).end(),
    'a redirection': (response) => response.writeHead(302, { location: '/' }).end(),
  };

  const failureOf = async (call: Promise<unknown>) => {
    const { facts, rule } = classifyApiError(
      await call.then(
        () => undefined,
        (error: unknown) => error,
      ),
    );
    // Only the AWS client marks errors, for its own retry.
    return { rule: rule.id, ...facts, declaredRetryable: undefined };
  };
  const both = async (answer: Answer) => {
    lambda.willAnswer(...Array.from({ length: 3 }, () => answer));
    const ours = await failureOf(lean().checkpoint(checkpointCall));
    const requests = lambda.seen.length;
    lambda.willAnswer(...Array.from({ length: 3 }, () => answer));
    const theirs = await failureOf(createLambdaDurableClient({ client: aws() }).checkpoint(checkpointCall));
    return { ours: { ...ours, requests }, theirs: { ...theirs, requests: lambda.seen.length } };
  };

  it.each(Object.entries(answers))('tells of %s what the AWS client tells', async (name, answer) => {
    const { ours, theirs } = await both(answer);

    // Beyond the AWS client, which sends what it cannot classify only once.
    if (name === 'a redirection') expect(ours.requests).toBeGreaterThanOrEqual(theirs.requests);
    else expect(ours.requests).toBe(theirs.requests);
    expect({ ...ours, requests: 0 }).toStrictEqual({ ...theirs, requests: 0 });
  });

  it.each([502, 503, 403])('is judged alike when a proxy answers with %d in HTML', async (status) => {
    const { ours, theirs } = await both((response) => response.writeHead(status).end('<h1>Proxy</h1>'));

    expect(ours).toMatchObject({ rule: theirs.rule, httpStatus: status, requests: theirs.requests });
    expect(ours.message).toBe('The answer is not from Lambda: <h1>Proxy</h1>');
  });

  it('is judged alike when an answer is garbled', async () => {
    const { ours, theirs } = await both((response) => response.writeHead(200).end('{"Check'));

    expect(ours).toMatchObject({ rule: 'unanswered', httpStatus: 200 });
    expect(theirs).toMatchObject({ rule: 'unanswered', httpStatus: 200 });
  });

  it('is judged alike when nobody listens', async () => {
    const nowhere = { region: 'eu-west-1', endpoint: 'http://127.0.0.1:1', credentials };
    const ours = await failureOf(createLeanDurableClient(nowhere).checkpoint(checkpointCall));
    const theirs = await failureOf(
      createLambdaDurableClient({ client: new LambdaClient(nowhere) }).checkpoint(checkpointCall),
    );

    expect(ours).toMatchObject({ rule: 'unanswered', code: 'ECONNREFUSED' });
    expect(theirs.rule).toBe('unanswered');
  });

  it('carries the answer along, out of sight', async () => {
    lambda.willAnswer(failing(404, 'ResourceNotFoundException'));
    const error = await lean()
      .checkpoint(checkpointCall)
      .catch((thrown: unknown) => thrown);

    expect(error).toMatchObject({
      $fault: 'client',
      $metadata: { httpStatusCode: 404, requestId: 'r-1', attempts: 1 },
    });
    expect((error as { $response: unknown }).$response).toMatchObject({ statusCode: 404 });
    expect(JSON.stringify(error)).not.toContain('statusCode":404,"headers');
  });
});

function pathAndQuery({ path }: SeenRequest): [string, [string, string][]] {
  const { pathname, searchParams } = new URL(path, lambda.url);
  return [pathname, [...searchParams].sort(([a], [b]) => (a < b ? -1 : 1))];
}
