import { request } from 'node:http';
import { networkInterfaces } from 'node:os';
import { connect } from 'node:net';
import { ManualClock, startLocalService } from '../../lib/local/index.js';
import type { HeldInvocation } from './puppet.js';
import { Puppet } from './puppet.js';
import type { Stage } from './service-fixture.js';
import { clientOf, historyOf, start, startStage } from './service-fixture.js';
import { fc } from '../fixtures/seeded-fast-check.js';

interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

describe('the HTTP front', () => {
  let stage: Stage;
  let puppet: Puppet;
  let arn: string;
  let held: HeldInvocation;

  /** A request exactly as written: no client that tidies paths or headers. */
  const raw = (
    method: string,
    path: string,
    options: { headers?: Record<string, string>; body?: string | Buffer } = {},
  ): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const { hostname, port } = new URL(stage.service.endpoint);
      const { body = '' } = options;
      const headers = { 'content-length': String(Buffer.byteLength(body)), ...options.headers };
      const sent = request({ hostname, port, method, path, headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks).toString(),
          }),
        );
      });
      sent.on('error', reject);
      sent.end(body);
    });

  const checkpointPath = () => `/2025-12-01/durable-executions/${encodeURIComponent(arn)}/checkpoint`;
  const checkpoint = (body: unknown) => raw('POST', checkpointPath(), { body: JSON.stringify(body) });

  beforeAll(async () => {
    puppet = new Puppet();
    stage = await startStage({
      functions: { f: { handler: puppet.handler, durable: { executionTimeoutSeconds: 3600 } } },
      clock: new ManualClock(Date.now()),
    });
    arn = await start(stage.client, 'f', {});
    held = await puppet.next();
  });
  afterAll(() => stage.close());

  it.each([
    ['encoded as one segment', (value: string) => encodeURIComponent(value)],
    ['as people type it', (value: string) => value],
    ['with slashes alone encoded', (value: string) => value.replaceAll('/', '%2F')],
  ])('takes an ARN %s', async (_, write) => {
    const answer = await raw('GET', `/2025-12-01/durable-executions/${write(arn)}/history?MaxItems=1`);
    expect([answer.status, JSON.parse(answer.body).Events.length]).toEqual([200, 1]);
    expect((await raw('GET', `/2025-12-01/durable-executions/${write(arn)}`)).status).toBe(200);
  });

  it('writes moments as seconds with a fraction, and names the request', async () => {
    const { body, headers } = await raw('GET', `/2025-12-01/durable-executions/${encodeURIComponent(arn)}`);
    expect(JSON.parse(body).StartTimestamp).toBe(stage.service.clock.now() / 1000);
    expect(headers['x-amzn-requestid']).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('counts null as absent and ignores members it does not know', async () => {
    const poll = await checkpoint({
      CheckpointToken: held.event.CheckpointToken,
      Updates: null,
      ClientToken: null,
      Novelty: 1,
    });
    expect(poll.status).toBe(200);
    held.event.CheckpointToken = JSON.parse(poll.body).CheckpointToken;
  });

  it.each<[string, unknown, string]>([
    [
      'a wait of no time',
      { Updates: [{ Id: 'w', Type: 'WAIT', Action: 'START', WaitOptions: { WaitSeconds: 0 } }] },
      "1 validation error detected: Value '0' at 'updates.1.member.waitOptions.waitSeconds' failed to satisfy constraint: Member must have value greater than or equal to 1",
    ],
    [
      'a wait of more than 366 days',
      { Updates: [{ Id: 'w', Type: 'WAIT', Action: 'START', WaitOptions: { WaitSeconds: 31622401 } }] },
      "1 validation error detected: Value '31622401' at 'updates.1.member.waitOptions.waitSeconds' failed to satisfy constraint: Member must have value less than or equal to 31622400",
    ],
    [
      'a type nobody knows',
      { Updates: [{ Id: 'w', Type: 'LOOP', Action: 'START' }] },
      "1 validation error detected: Value 'LOOP' at 'updates.1.member.type' failed to satisfy constraint: Member must satisfy enum value set: [EXECUTION, CONTEXT, STEP, WAIT, CALLBACK, CHAINED_INVOKE]",
    ],
    [
      'a name that is not printable ASCII',
      { Updates: [{ Id: 'w', Type: 'STEP', Action: 'START', Name: 'größe' }] },
      "1 validation error detected: Value 'größe' at 'updates.1.member.name' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\x20-\\x7E]+",
    ],
    [
      'no id and no action, in the second update',
      { Updates: [{ Id: 'a', Type: 'STEP', Action: 'START' }, { Type: 'STEP' }] },
      "2 validation errors detected: Value null at 'updates.2.member.id' failed to satisfy constraint: Member must not be null; Value null at 'updates.2.member.action' failed to satisfy constraint: Member must not be null",
    ],
    [
      'an id of 65 characters',
      { Updates: [{ Id: 'x'.repeat(65), Type: 'STEP', Action: 'START' }] },
      `1 validation error detected: Value '${'x'.repeat(65)}' at 'updates.1.member.id' failed to satisfy constraint: Member must have length less than or equal to 64`,
    ],
    [
      'a token that is no base64',
      { CheckpointToken: '***' },
      "1 validation error detected: Value '***' at 'checkpointToken' failed to satisfy constraint: Member must satisfy regular expression pattern: [A-Za-z0-9+/]+={0,2}",
    ],
    [
      'no token',
      { CheckpointToken: null },
      "1 validation error detected: Value null at 'checkpointToken' failed to satisfy constraint: Member must not be null",
    ],
    [
      'a payload over 6 MiB',
      { Updates: [{ Id: 'x', Type: 'EXECUTION', Action: 'SUCCEED', Payload: 'x'.repeat(6_291_457) }] },
      "1 validation error detected: Value at 'updates.1.member.payload' failed to satisfy constraint: Member must have length less than or equal to 6291456",
    ],
  ])('refuses %s by the shape of the request', async (_, change, message) => {
    const answer = await checkpoint({ CheckpointToken: held.event.CheckpointToken, ...(change as object) });
    expect([answer.status, answer.headers['x-amzn-errortype'], JSON.parse(answer.body).message]).toEqual([
      400,
      'ValidationException',
      message,
    ]);
  });

  it.each([
    ['that is no JSON', '{"CheckpointToken":'],
    ['that is no object', '[1]'],
    ['with a number for a text', '{"CheckpointToken":5}'],
    [
      'with a text for a number',
      '{"CheckpointToken":"Zm9v","Updates":[{"Id":"a","Type":"WAIT","Action":"START","WaitOptions":{"WaitSeconds":"1"}}]}',
    ],
    [
      'with a fraction for a whole number',
      '{"CheckpointToken":"Zm9v","Updates":[{"Id":"a","Type":"WAIT","Action":"START","WaitOptions":{"WaitSeconds":1.5}}]}',
    ],
  ])('cannot read a body %s', async (_, body) => {
    const answer = await raw('POST', checkpointPath(), { body });
    expect([answer.status, answer.headers['x-amzn-errortype']]).toEqual([400, 'SerializationException']);
  });

  it.each(['{}', 'null', '[]', '1'])('answers a checkpoint with a million times %s in one sentence', async (one) => {
    const body = `{"CheckpointToken":"QUJD","Updates":[${Array(1_000_000).fill(one).join(',')}]}`;
    const response = await fetch(`${stage.service.endpoint}/2025-12-01/durable-executions/x/checkpoint`, {
      method: 'POST',
      body,
    });
    expect(response.status).toBe(400);
    expect((await response.text()).length).toBeLessThan(1_000);
  });

  it('refuses a body that is too long without reading it to the end', async () => {
    const answer = await raw('POST', checkpointPath(), { body: Buffer.alloc(8 * 1024 * 1024, 'x') });
    expect([answer.status, answer.headers['x-amzn-errortype']]).toEqual([413, 'RequestTooLargeException']);
  });

  it.each([
    ['GET', '/'],
    ['GET', '/2025-12-01/durable-executions/'],
    ['PUT', '/2015-03-31/functions/f/invocations'],
    ['POST', '/2025-12-01/durable-execution-callbacks/x/explode'],
    ['GET', '/_local/nothing'],
    ['GET', '/_local/__proto__'],
  ])('does not know %s %s', async (method, path) => {
    const answer = await raw(method, path);
    expect([answer.status, answer.headers['x-amzn-errortype']]).toEqual([404, 'UnknownOperationException']);
  });

  it('turns a foreign page away', async () => {
    const foreignHost = await raw('GET', '/_local/status', { headers: { host: 'evil.example:80' } });
    const foreignOrigin = await raw('GET', '/_local/status', { headers: { origin: 'https://evil.example' } });
    const nullOrigin = await raw('GET', '/_local/status', { headers: { origin: 'null' } });
    expect([foreignHost.status, foreignOrigin.status, nullOrigin.status]).toEqual([403, 403, 403]);
    expect(foreignHost.body).toContain("'evil.example' is not one of this service. Use an IP address of it");
    const own = await raw('GET', '/_local/status', {
      headers: { host: 'LOCALHOST:1', origin: 'http://localhost:3000' },
    });
    expect(own.status).toBe(200);
  });

  it.each(['cross-site', 'same-site'])('turns away what a %s page sends without a word of its origin', async (site) => {
    const before = stage.service.calls.count();
    for (const [method, path] of [
      ['GET', '/fn/f/'],
      ['HEAD', '/fn/f/'],
      ['POST', '/2015-03-31/functions/f/invocations?Qualifier=$LATEST'],
      ['GET', '/2025-12-01/functions/f/durable-executions'],
      ['GET', '/_local/status'],
    ] as const) {
      const headers = { 'sec-fetch-site': site, 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' };
      expect([path, (await raw(method, path, { headers })).status]).toEqual([path, 403]);
    }
    expect(stage.service.calls.count()).toBe(before);
  });

  it('lets a link to a function be followed, and pages of this machine call one, but nothing else', async () => {
    const link = {
      'sec-fetch-site': 'cross-site',
      'sec-fetch-mode': 'navigate',
      'sec-fetch-dest': 'document',
      'sec-fetch-user': '?1',
    };
    const frontend = { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'cors', origin: 'http://localhost:3000' };
    const status = async (method: string, path: string, headers: Record<string, string>) =>
      (await raw(method, path, { headers })).status;
    expect(await status('GET', '/fn/nobody/', link)).toBe(404);
    expect(await status('POST', '/fn/nobody/', frontend)).toBe(404);
    expect(await status('GET', '/fn/nobody/', { ...link, 'sec-fetch-user': '' })).toBe(403);
    expect(await status('GET', '/fn/nobody/', { ...link, 'sec-fetch-dest': 'iframe' })).toBe(403);
    expect(await status('POST', '/fn/nobody/', link)).toBe(403);
    expect(await status('GET', '/_local/status', link)).toBe(403);
    expect(await status('GET', '/_local/status', frontend)).toBe(403);
    for (const site of ['same-origin', 'none']) {
      expect(await status('GET', '/_local/status', { 'sec-fetch-site': site })).toBe(200);
    }
  });

  it.each(['192.168.0.7:9090', '[fd00::7]:9090'])('answers at the address %s, which no page can bind', async (host) => {
    expect((await raw('GET', '/_local/status', { headers: { host } })).status).toBe(200);
    const headers = { host, origin: `http://${host}` };
    expect((await raw('GET', '/_local/status', { headers })).status).toBe(403);
  });

  it('answers other names that it was told of', async () => {
    const service = await startLocalService({ functions: {}, allowedHosts: ['Durable.test'] });
    const { hostname, port } = new URL(service.endpoint);
    const answers = ['durable.test', 'other.test'].map(
      (host) =>
        new Promise((resolve) => {
          request({ hostname, port, path: '/_local/status', headers: { host } }, ({ statusCode }) =>
            resolve(statusCode),
          ).end();
        }),
    );
    expect(await Promise.all(answers)).toEqual([200, 403]);
    await service.close();
  });

  const hasIpv6 = Object.values(networkInterfaces()).some((addresses) =>
    addresses?.some(({ family }) => family === 'IPv6'),
  );
  it.each(['0.0.0.0', ...(hasIpv6 ? ['::', '::1'] : [])])(
    'answers at its own endpoint when it listens at %s',
    async (host) => {
      const service = await startLocalService({ functions: {}, host });
      const response = await fetch(`${service.endpoint}/_local/status`);
      expect(response.status).toBe(200);
      await service.close();
    },
  );

  it('says so when the port is taken', async () => {
    const port = Number(new URL(stage.service.endpoint).port);
    await expect(startLocalService({ functions: {}, port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });

  it('survives what is no HTTP', async () => {
    const { hostname, port } = new URL(stage.service.endpoint);
    for (const bytes of [
      '\0\0\0',
      'GET\r\n\r\n',
      'GET /\xff HTTP/1.1\r\nHost: localhost\r\n\r\n',
      'OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n',
    ]) {
      await new Promise<void>((resolve) => {
        const socket = connect(Number(port), hostname, () => socket.end(bytes, 'latin1'));
        socket.on('error', () => resolve());
        socket.on('close', () => resolve());
        socket.resume();
      });
    }
    expect((await raw('GET', '/_local/status')).status).toBe(200);
  });

  it('neither crashes nor changes state, whatever is sent', async () => {
    const client = clientOf(stage.service.endpoint);
    const before = await historyOf(client, arn);
    const segment = fc.oneof(
      fc.string(),
      fc.constantFrom('%', '%2F', '..', arn, encodeURIComponent(arn), 'f', '%00', '$LATEST'),
    );
    const path = fc.tuple(
      fc.constantFrom(
        '/2025-12-01/durable-executions/',
        '/2025-12-01/functions/',
        '/2015-03-31/functions/',
        '/2025-12-01/durable-execution-callbacks/',
        '/',
      ),
      segment,
      fc.constantFrom(
        '',
        '/checkpoint',
        '/state',
        '/stop/x',
        '/history?MaxItems=-1',
        '/succeed',
        '/fail',
        '/heartbeat',
        '/durable-executions?Statuses=x',
        '/state?CheckpointToken=AAAA&Marker=%FF',
      ),
    );
    const token = fc.constantFrom(held.event.CheckpointToken, 'Zm9v', '', null, 7);
    const update = fc.record(
      {
        Id: fc.oneof(fc.string(), fc.constantFrom('a', 'b', null)),
        Type: fc.constantFrom('STEP', 'WAIT', 'CONTEXT', 'CALLBACK', 'CHAINED_INVOKE', 'EXECUTION', '__proto__', null),
        Action: fc.constantFrom('RETRY', 'CANCEL', 'NONE', 'toString', null),
        Payload: fc.oneof(fc.string(), fc.integer()),
        Error: fc.oneof(fc.constant(null), fc.anything()),
        StepOptions: fc.anything(),
        WaitOptions: fc.anything(),
        ParentId: fc.string(),
      },
      { requiredKeys: [] },
    );
    const invalidUpdates = fc.array(update, { minLength: 1, maxLength: 4 });
    const body = fc.oneof(
      fc.record({ CheckpointToken: token, Updates: invalidUpdates }).map((value) => JSON.stringify(value)),
      fc.json(),
      fc.string(),
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom('GET', 'POST', 'DELETE'), path, body, async (method, parts, sent) => {
        const target = parts
          .join('')
          .replace(/[^\x21-\x7e]/g, (character) =>
            encodeURIComponent(/[\ud800-\udfff]/.test(character) ? '?' : character),
          );
        const answer = await raw(method, target, method === 'GET' ? {} : { body: sent });
        return answer.status < 500;
      }),
      { numRuns: 600 },
    );
    await fc.assert(
      fc.asyncProperty(invalidUpdates, async (updates) => {
        const answer = await raw('POST', checkpointPath(), {
          body: JSON.stringify({ CheckpointToken: held.event.CheckpointToken, Updates: updates }),
        });
        return answer.status === 400;
      }),
      { numRuns: 200 },
    );
    expect(await historyOf(client, arn)).toEqual(before);
    client.destroy();
  });
});
