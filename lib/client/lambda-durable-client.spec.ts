import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { LambdaClient } from '@aws-sdk/client-lambda';
import type { DurableExecutionClient } from '../wire/durable-execution-client.js';
import type { ApiErrorCodes } from '../wire/classify-api-error.js';
import { LambdaConnection } from './lambda-connection.js';
import { createLambdaDurableClient } from './lambda-durable-client.js';
import { createLeanDurableClient } from './lean/lean-durable-client.js';
import { PACKAGE_VERSION } from '../package-version.js';
import { LambdaEndpoint, failing, json } from './testing-fixtures/lambda-endpoint.js';
import type { Answer } from './testing-fixtures/lambda-endpoint.js';

const ARN = 'arn:aws:lambda:eu-west-1:123456789012:function:orders:1/durable-execution/first/0f0e';
const TOKEN = 'dG9rZW4=';

const ok = json({ CheckpointToken: 'bmV4dA==', NewExecutionState: { Operations: [] } });
const reset: Answer = (response) => void response.socket?.resetAndDestroy();
const html: Answer = (response) => void response.writeHead(503, { 'content-type': 'text/html' }).end('<html></html>');
const cutOff: Answer = (response) =>
  void response.writeHead(403, { 'content-length': '100' }).write('{', () => response.socket?.resetAndDestroy());
const times = (count: number, answer: Answer): Answer[] => Array.from({ length: count }, () => answer);

const lambda = new LambdaEndpoint();
const tokensSeen = () => lambda.seen.map(({ body }) => (JSON.parse(body) as { ClientToken: string }).ClientToken);
beforeAll(() => lambda.open());
// No client then pauses before it repeats.
beforeEach(() => void jest.spyOn(Math, 'random').mockReturnValue(0));
afterEach(() => void jest.restoreAllMocks());
afterAll(() => lambda.close());

/** Collects the limits of answers while they are set, as functions that let them pass. */
function collectLimits(limitMs: number): Array<() => void> {
  const limits: Array<() => void> = [];
  const { setTimeout: start } = globalThis;
  jest.spyOn(globalThis, 'setTimeout').mockImplementation(((pass: () => void, delayMs: number, ...rest: unknown[]) => {
    // A little less than the whole, when a part of the time has passed.
    if (delayMs > limitMs / 2 && delayMs <= limitMs) limits.push(pass);
    return start(pass, delayMs, ...(rest as []));
  }) as never);
  return limits;
}

/** Repeats whatever it is shown, as a strategy of a user's might. */
const stubborn = {
  mode: 'standard',
  acquireInitialRetryToken: () => Promise.resolve(token(0)),
  refreshRetryTokenForRetry: (last: { getRetryCount(): number }) =>
    last.getRetryCount() < 4 ? Promise.resolve(token(last.getRetryCount() + 1)) : Promise.reject(new Error('enough')),
  recordSuccess: () => undefined,
};
const token = (count: number) => ({ getRetryCount: () => count, getRetryDelay: () => 0 });

const clients = {
  'the AWS client': () => createLambdaDurableClient({ region: 'eu-west-1', endpoint: lambda.url }),
  'a client of the user': () =>
    createLambdaDurableClient({ client: new LambdaClient({ region: 'eu-west-1', endpoint: lambda.url }) }),
  'the lean transport': () => createLeanDurableClient({ region: 'eu-west-1', endpoint: lambda.url }),
};

describe.each(Object.entries(clients))('a durable client over %s', (_, make) => {
  const checkpoint = () => make().checkpoint({ DurableExecutionArn: ARN, CheckpointToken: TOKEN, Updates: [] });
  const load = () => make().getExecutionState({ DurableExecutionArn: ARN, CheckpointToken: TOKEN });

  it.each([
    ['KMSAccessDeniedException', 502],
    ['KMSDisabledException', 502],
    ['KMSInvalidStateException', 502],
    ['KMSNotFoundException', 502],
    ['InvalidParameterValueException', 400],
    ['AccessDeniedException', 403],
    ['ResourceNotFoundException', 404],
    ['RequestTooLargeException', 413],
  ])('sends one request when answered with %s at %d', async (name, status) => {
    lambda.willAnswer(...times(5, failing(status, name)));

    await expect(checkpoint()).rejects.toMatchObject({
      name,
      message: 'No.',
      $metadata: { httpStatusCode: status, requestId: 'r-1' },
    });
    expect(lambda.seen).toHaveLength(1);

    await expect(load()).rejects.toMatchObject({ name });
    expect(lambda.seen).toHaveLength(2);
  });

  it('sends one request when its token is spent', async () => {
    lambda.willAnswer(...times(3, failing(400, 'InvalidParameterValueException', 'Invalid checkpoint token')));

    await expect(checkpoint()).rejects.toMatchObject({ message: 'Invalid checkpoint token' });
    expect(lambda.seen).toHaveLength(1);
  });

  it.each([
    ['429', failing(429, 'TooManyRequestsException')],
    ['500', failing(500, 'ServiceException')],
    ['502 without a KMS name', failing(502, 'BadGateway')],
    ['503 in HTML', html],
    ['a reset connection', reset],
    ['a name of throttling at 400', failing(400, 'BandwidthLimitExceeded')],
    ['a time-out at 400', failing(400, 'RequestTimeout')],
    ['408', failing(408, 'Unknown')],
    ['425', failing(425, 'Unknown')],
    ['credentials that have expired', failing(403, 'ExpiredTokenException')],
    ['a request that came too late', failing(400, 'RequestExpired')],
    ['a refusal that is cut off', cutOff],
  ])('repeats after %s, with the same client token', async (__, failure) => {
    lambda.willAnswer(failure, failure, ok);

    await expect(checkpoint()).resolves.toMatchObject({ CheckpointToken: 'bmV4dA==' });
    expect(lambda.seen).toHaveLength(3);
    expect(new Set(tokensSeen()).size).toBe(1);
    expect(tokensSeen()[0]).toMatch(/^[0-9a-f-]{36}$/);
    expect(lambda.seen.map(({ headers }) => headers['amz-sdk-request'])).toEqual([
      'attempt=1; max=3',
      'attempt=2; max=3',
      'attempt=3; max=3',
    ]);
  });

  it('gives up on a lasting failure after the standard number of attempts', async () => {
    lambda.willAnswer(...times(9, failing(500, 'ServiceException')));

    await expect(checkpoint()).rejects.toMatchObject({ name: 'ServiceException', $metadata: { attempts: 3 } });
    expect(lambda.seen).toHaveLength(3);
  });

  it('stops repeating once a repetition fails for good', async () => {
    lambda.willAnswer(failing(500, 'ServiceException'), failing(502, 'KMSDisabledException'), ok);

    await expect(checkpoint()).rejects.toMatchObject({ name: 'KMSDisabledException' });
    expect(lambda.seen).toHaveLength(2);
  });

  it('judges codes as it is told for the call', async () => {
    const options = { abortSignal: new AbortController().signal };
    const call = { DurableExecutionArn: ARN, CheckpointToken: TOKEN };
    const send = (apiErrorCodes: ApiErrorCodes) => make().checkpoint(call, undefined, { ...options, apiErrorCodes });

    lambda.willAnswer(failing(403, 'AccessDeniedException'), ok);
    await expect(send({ transient: ['AccessDeniedException'] })).resolves.toBeDefined();
    lambda.willAnswer(failing(503, 'SlowDown'), ok);
    await expect(send({ permanent: ['SlowDown'] })).rejects.toMatchObject({ name: 'SlowDown' });
    expect(lambda.seen).toHaveLength(1);
  });

  it('gives up when nobody waits any more, and asks no further', async () => {
    const patience = new AbortController();
    lambda.willAnswer(() => patience.abort(new Error('Time is up.')), ok);
    const options = { abortSignal: patience.signal };
    const call = make().checkpoint({ DurableExecutionArn: ARN, CheckpointToken: TOKEN }, undefined, options);

    await expect(call).rejects.toMatchObject({ name: 'AbortError' });
    expect(lambda.seen).toHaveLength(1);
  });

  it('tells of each attempt, and of each failure that it repeats', async () => {
    const told: string[] = [];
    const onAttempt = (failure?: unknown) => void told.push(failure ? (failure as Error).name : 'begins');
    const options = { abortSignal: new AbortController().signal, onAttempt };
    const call = { DurableExecutionArn: ARN, CheckpointToken: TOKEN };

    lambda.willAnswer(failing(500, 'ServiceException'), failing(429, 'TooManyRequestsException'), ok);
    await make().checkpoint(call, undefined, options);
    expect(told.splice(0)).toEqual(['begins', 'ServiceException', 'begins', 'TooManyRequestsException', 'begins']);

    lambda.willAnswer(failing(403, 'AccessDeniedException'));
    await expect(make().getExecutionState(call, undefined, options)).rejects.toThrow();
    expect(told).toEqual(['begins']);
  });

  it('draws a client token for every call, and keeps one that is given', async () => {
    lambda.willAnswer(ok, ok, ok);
    await checkpoint();
    await checkpoint();
    await make().checkpoint({ DurableExecutionArn: ARN, CheckpointToken: TOKEN, ClientToken: 'mine' });

    expect(new Set(tokensSeen()).size).toBe(3);
    expect(tokensSeen()[2]).toBe('mine');
  });

  it('asks for a page of state', async () => {
    lambda.willAnswer(json({ Operations: [{ Id: 'a' }], NextMarker: 'm2' }));
    const request = { DurableExecutionArn: ARN, CheckpointToken: TOKEN, Marker: 'm1', MaxItems: 1000 };

    await expect(make().getExecutionState(request)).resolves.toMatchObject({
      Operations: [{ Id: 'a' }],
      NextMarker: 'm2',
    });
    expect(lambda.seen[0]?.path).toContain(`/2025-12-01/durable-executions/${encodeURIComponent(ARN)}/state?`);
    expect(lambda.seen[0]?.path).toContain('Marker=m1');
  });
});

/** A client of the user's has its own connections and limits. */
describe.each(Object.entries(clients).filter(([name]) => name !== 'a client of the user'))('%s', (_, make) => {
  const call = { DurableExecutionArn: ARN, CheckpointToken: TOKEN };

  it('has the calls of hundreds of invocations on their way at once', async () => {
    // More than the AWS client's own 50 connections.
    const together = 120;
    const waiting: Array<() => void> = [];
    const answer: Answer = (response) => {
      waiting.push(() => ok(response));
      if (waiting.length === together) for (const go of waiting.splice(0)) go();
    };
    lambda.willAnswer(...times(together, answer));
    const client = make();

    await expect(Promise.all(times(together, ok).map(() => client.checkpoint(call)))).resolves.toHaveLength(together);
  });

  it('needs no credentials for an endpoint on this machine', async () => {
    const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = process.env;
    delete process.env.AWS_ACCESS_KEY_ID;
    delete process.env.AWS_SECRET_ACCESS_KEY;
    lambda.willAnswer(ok);
    await make().checkpoint(call);
    Object.assign(process.env, { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY });

    expect(lambda.seen[0]?.headers.authorization).toContain('Credential=local/');
  });

  it('needs no region there either, also where the environment has credentials', async () => {
    const before = process.env;
    process.env = { ...before, AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 's', AWS_CONFIG_FILE: '/dev/null' };
    delete process.env.AWS_REGION;
    delete process.env.AWS_PROFILE;
    lambda.willAnswer(ok);
    await createLambdaDurableClient({ endpoint: lambda.url }).checkpoint(call);
    process.env = before;

    expect(lambda.seen[0]?.headers.authorization).toContain('/us-east-1/lambda/');
  });
});

it.each<[string, (options: { endpoint: string }) => DurableExecutionClient]>([
  ['the AWS client', createLambdaDurableClient],
  ['the lean transport', createLeanDurableClient],
])('%s takes the region of the configuration file for an endpoint on this machine', async (_, make) => {
  const folder = await mkdtemp(join(tmpdir(), 'aws-'));
  const AWS_CONFIG_FILE = join(folder, 'config');
  await writeFile(AWS_CONFIG_FILE, '[default]\nregion = eu-north-1\n');
  const before = process.env;
  process.env = { ...before, AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 's', AWS_CONFIG_FILE };
  delete process.env.AWS_REGION;
  delete process.env.AWS_PROFILE;
  lambda.willAnswer(ok);
  // Clients of one endpoint are shared.
  await make({ endpoint: `${lambda.url}/other` }).checkpoint({ DurableExecutionArn: ARN, CheckpointToken: TOKEN });
  process.env = before;
  await rm(folder, { recursive: true });

  expect(lambda.seen[0]?.headers.authorization).toContain('/eu-north-1/lambda/');
});

describe('createLambdaDurableClient', () => {
  const call = { DurableExecutionArn: ARN, CheckpointToken: TOKEN };

  it('holds a strategy that would repeat anything to one request, and gives the error as it came', async () => {
    const client = new LambdaClient({ region: 'eu-west-1', endpoint: lambda.url, retryStrategy: stubborn });
    lambda.willAnswer(...times(9, failing(502, 'KMSNotFoundException')));

    await expect(createLambdaDurableClient({ client }).checkpoint(call)).rejects.toMatchObject({
      name: 'KMSNotFoundException',
    });
    expect(lambda.seen).toHaveLength(1);
  });

  it("leaves a user's client as it was", async () => {
    const client = new LambdaClient({ region: 'eu-west-1', endpoint: lambda.url });
    const before = client.middlewareStack.identify();
    lambda.willAnswer(ok);
    await createLambdaDurableClient({ client }).checkpoint(call);

    expect(client.middlewareStack.identify()).toEqual(before);
  });

  it('lets the AWS client correct its clock and sign again', async () => {
    const inOneHour = new Date(Date.now() + 3_600_000).toUTCString();
    const skewed = { 'x-amzn-errortype': 'InvalidSignatureException', date: inOneHour };
    lambda.willAnswer(json({ message: 'Signature not yet current.' }, skewed, 403), ok);
    const client = new LambdaClient({ region: 'eu-west-1', endpoint: lambda.url });

    await expect(createLambdaDurableClient({ client }).checkpoint(call)).resolves.toBeDefined();
    expect(lambda.seen).toHaveLength(2);
  });

  it('sends once what is refused for another reason while the clock of the machine is off', async () => {
    const date = new Date(Date.now() + 3_600_000).toUTCString();
    const refused = { 'x-amzn-errortype': 'InvalidParameterValueException', date };
    lambda.willAnswer(json({ message: 'Invalid name.' }, refused, 400));
    const client = new LambdaClient({ region: 'eu-west-1', endpoint: lambda.url });

    await expect(createLambdaDurableClient({ client }).checkpoint(call)).rejects.toThrow('Invalid name.');
    expect(lambda.seen).toHaveLength(1);
  });

  it('says who calls, with the version of the package', async () => {
    lambda.willAnswer(ok);
    await createLambdaDurableClient({ region: 'eu-west-1', endpoint: lambda.url }).checkpoint(call);
    const { version } = JSON.parse(await readFile('package.json', 'utf8')) as { version: string };

    expect(PACKAGE_VERSION).toBe(version);
    expect(lambda.seen[0]?.headers['user-agent']).toContain(`nestjs-durable-execution/${version}`);
  });

  it('shares one connection among clients that ask for the same place', async () => {
    const ports = new Set<number | undefined>();
    lambda.willAnswer(
      ...times(3, (response) => {
        ports.add(response.socket?.remotePort);
        ok(response);
      }),
    );
    for (let calls = 0; calls < 3; calls++) {
      await createLambdaDurableClient({ region: 'eu-west-3', endpoint: lambda.url }).checkpoint(call);
    }

    expect(ports.size).toBe(1);
  });

  it('goes to the endpoint that the environment names now, as when one local service follows another', async () => {
    const other = new LambdaEndpoint();
    await other.open();
    const client = createLambdaDurableClient({ region: 'eu-west-3' });
    await client.preload();
    for (const place of [lambda, other]) {
      place.willAnswer(ok);
      process.env.AWS_ENDPOINT_URL_LAMBDA = place.url;
      await client.checkpoint(call);
    }
    delete process.env.AWS_ENDPOINT_URL_LAMBDA;

    expect([lambda.seen.length, other.seen.length]).toEqual([1, 1]);
    await other.close();
  });

  it('can be loaded ahead of the first call', async () => {
    lambda.willAnswer();
    await createLambdaDurableClient({ region: 'eu-west-1', endpoint: lambda.url }).preload();

    expect(lambda.seen).toHaveLength(0);
  });

  it('takes an answer that comes byte by byte for one that does not come', async () => {
    const limits = collectLimits(40_000);
    const drip: Answer = (response) => {
      const drops = setInterval(() => {
        response.write(' ');
        // The first limit is that of the answer's beginning.
        limits[1]?.();
      }, 5);
      response.once('close', () => clearInterval(drops));
    };
    const place = { region: 'eu-west-1', endpoint: lambda.url };
    const connection = new LambdaConnection(place, { socketTimeout: 0, requestTimeout: 40_000 });
    lambda.willAnswer(drip, ok);

    await expect(connection.send((sdk) => new sdk.CheckpointDurableExecutionCommand(call))).resolves.toBeDefined();
    expect(lambda.seen).toHaveLength(2);
  });

  it('takes a silent service for a failure that may pass, and asks again', async () => {
    const limits = collectLimits(40_000);
    const silent: Answer = () => limits[0]?.();
    const place = { region: 'eu-west-1', endpoint: lambda.url };
    const connection = new LambdaConnection(place, { socketTimeout: 0, requestTimeout: 40_000 });
    lambda.willAnswer(silent, ok);

    await expect(connection.send((sdk) => new sdk.CheckpointDurableExecutionCommand(call))).resolves.toBeDefined();
    expect(new Set(tokensSeen()).size).toBe(1);
    expect(lambda.seen).toHaveLength(2);
  });
});
