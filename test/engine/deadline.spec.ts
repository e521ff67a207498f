import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { createLambdaDurableClient } from '../../lib/client/lambda-durable-client.js';
import { type Answer, LambdaEndpoint } from '../../lib/client/testing-fixtures/lambda-endpoint.js';
import { createLeanDurableClient, withDurableExecution } from '../../lib/engine/index.js';
import { lambdaContext, MemoryService } from '../fixtures/memory-service.js';
import { quietLogger } from '../fixtures/quiet-logger.js';

const TIMEOUT_MS = 1_600;
/** When the invocation has to have ended by itself: at three quarters, and no later than Lambda would end it. */
const EARLIEST_MS = 1_100;

const lambda = new LambdaEndpoint();
beforeAll(() => lambda.open());
afterAll(() => lambda.close());

/** The backlog refuses connections: nothing accepts them. */
class Unaccepting {
  readonly server: Server = createServer();
  readonly sockets = new Set<Socket>();

  async open(): Promise<string> {
    this.server.on('connection', (socket: Socket) => {
      socket.pause();
      this.sockets.add(socket);
    });
    await new Promise<void>((listening) => this.server.listen(0, '127.0.0.1', listening));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  close(): void {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
  }
}

const open = new Set<object>();
/** Records which responses are still awaited: an abandoned call has closed its connection. */
const tracked =
  (answer: Answer): Answer =>
  (response) => {
    open.add(response);
    response.once('close', () => open.delete(response));
    answer(response);
  };

const byteByByte: Answer = (response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  const drops = setInterval(() => response.write(' '), 20);
  response.once('close', () => clearInterval(drops));
};

const troubles: Array<[what: string, answer: Answer]> = [
  ['never answers', () => undefined],
  ['answers with its head alone', (response) => response.writeHead(200, { 'content-length': '10' }).flushHeaders()],
  ['answers byte by byte', byteByByte],
];

const transports = {
  'the AWS client': () => createLambdaDurableClient({ region: 'eu-west-1', endpoint: lambda.url }),
  'the lean transport': () => createLeanDurableClient({ region: 'eu-west-1', endpoint: lambda.url }),
};

interface End {
  told: string;
  afterMs: number;
}

/** One invocation with so much time, as its handler ends it. */
async function invoke(client: ReturnType<(typeof transports)['the AWS client']>, marker?: string): Promise<End> {
  const event = new MemoryService({}).event();
  const { Operations } = event.InitialExecutionState;
  const handler = withDurableExecution(async (_, context) => context.step('charge', async () => 1), {
    durableExecutionClient: client,
    logger: quietLogger,
  });
  const startMs = Date.now();
  const getRemainingTimeInMillis = () => startMs + TIMEOUT_MS - Date.now();
  const told = await handler(
    { ...event, InitialExecutionState: { Operations, NextMarker: marker } },
    lambdaContext({ getRemainingTimeInMillis }),
  ).then(
    (output) => JSON.stringify(output),
    (error: Error) => `${error.name}: ${error.message}`,
  );
  return { told, afterMs: Date.now() - startMs };
}

describe.each(Object.entries(transports))('over %s, a durable API that', (_, make) => {
  let client: ReturnType<typeof make>;
  beforeAll(async () => {
    client = make();
    await client.preload();
  });
  beforeEach(() => open.clear());

  it.each(troubles)('%s to a checkpoint ends the invocation before Lambda does', async (__, answer) => {
    lambda.willAnswer(tracked(answer), tracked(answer), tracked(answer));
    const { told, afterMs } = await invoke(client);

    expect(told).toMatch(
      /^CheckpointError: CheckpointDurableExecution failed with LambdaDeadlineError: .*Step "charge"/,
    );
    expect(afterMs).toBeGreaterThanOrEqual(EARLIEST_MS);
    expect(afterMs).toBeLessThan(TIMEOUT_MS);
    await closed();
    expect(lambda.seen).toHaveLength(1);
  });

  it.each(troubles)('%s to a page of state ends the invocation before Lambda does', async (__, answer) => {
    lambda.willAnswer(tracked(answer), tracked(answer), tracked(answer));
    const { told, afterMs } = await invoke(client, 'more');

    expect(told).toMatch(/^GetExecutionStateError: GetDurableExecutionState failed with LambdaDeadlineError: .*page 2/);
    expect(afterMs).toBeLessThan(TIMEOUT_MS);
    await closed();
    expect(lambda.seen).toHaveLength(1);
  });

  it('hangs up in the middle of every answer is asked again, and the failure is thrown', async () => {
    const hangUp: Answer = (response) =>
      void response.writeHead(200, { 'content-length': '100' }).write('{', () => response.socket?.resetAndDestroy());
    lambda.willAnswer(hangUp, hangUp, hangUp);
    const { told } = await invoke(client);

    expect(told).toMatch(/^CheckpointError: CheckpointDurableExecution failed with/);
    expect(lambda.seen).toHaveLength(3);
  });

  it('is slow but answers in time is waited for', async () => {
    const body = JSON.stringify({ CheckpointToken: 't', NewExecutionState: { Operations: [] } });
    lambda.willAnswer((response) => void setTimeout(() => response.writeHead(200).end(body), 500));
    await expect(invoke(client)).resolves.toMatchObject({ told: '{"Status":"SUCCEEDED","Result":"1"}' });
  });
});

describe('a server that accepts no data', () => {
  it.each([
    ['the AWS client', createLambdaDurableClient],
    ['the lean transport', createLeanDurableClient],
  ])('does not hold up the end: %s', async (_, create) => {
    const server = new Unaccepting();
    const client = create({ region: 'eu-west-1', endpoint: await server.open() });
    await client.preload();
    const { told, afterMs } = await invoke(client);
    server.close();

    expect(told).toContain('LambdaDeadlineError');
    expect(afterMs).toBeLessThan(TIMEOUT_MS);
  });
});

/** Resolves when no response is awaited any more. */
async function closed(): Promise<void> {
  while (open.size > 0) await new Promise((resolve) => setImmediate(resolve));
}
