import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { createLambdaDurableClient } from '../../lib/client/lambda-durable-client.js';
import { type Answer, LambdaEndpoint } from '../../lib/client/testing-fixtures/lambda-endpoint.js';
import { createLeanDurableClient, withDurableExecution } from '../../lib/engine/index.js';
import { lambdaContext, MemoryService } from '../fixtures/memory-service.js';
import { quietLogger } from '../fixtures/quiet-logger.js';
import { ManualClock } from './support/manual-clock.js';
import { deferred, turns } from './support/turns.js';

const TIMEOUT_MS = 1_600;
/** When the invocation has to have ended by itself: at three quarters. */
const END_MS = 1_200;

const lambda = new LambdaEndpoint();
beforeAll(() => lambda.open());
afterAll(() => lambda.close());

/** The backlog refuses connections: nothing accepts them. */
class Unaccepting {
  readonly server: Server = createServer();
  readonly sockets = new Set<Socket>();

  /** @param connected is called for each connection */
  async open(connected: () => void): Promise<string> {
    this.server.on('connection', (socket: Socket) => {
      socket.pause();
      this.sockets.add(socket);
      connected();
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
/** Records which responses are still awaited: an abandoned call has closed its connection. @param asked is called */
const tracked =
  (answer: Answer, asked: () => void): Answer =>
  (response) => {
    open.add(response);
    response.once('close', () => open.delete(response));
    answer(response);
    asked();
  };

const byteByByte: Answer = (response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  const drops = setInterval(() => response.write(' '), 1);
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

/** One invocation with so much time, which passes only while the test lets it. */
class Invocation {
  readonly #clock = new ManualClock();
  readonly #startMs = this.#clock.now();
  readonly end: Promise<End>;

  constructor(client: ReturnType<(typeof transports)['the AWS client']>, marker?: string) {
    const event = new MemoryService({}).event();
    const { Operations } = event.InitialExecutionState;
    const handler = withDurableExecution(async (_, context) => context.step('charge', async () => 1), {
      durableExecutionClient: client,
      logger: quietLogger,
      clock: this.#clock,
      stepStartHoldMs: 0,
    });
    const input = { ...event, InitialExecutionState: { Operations, NextMarker: marker } };
    const getRemainingTimeInMillis = () => TIMEOUT_MS - this.#elapsedMs;
    this.end = handler(input, lambdaContext({ getRemainingTimeInMillis })).then(
      (output) => ({ told: JSON.stringify(output), afterMs: this.#elapsedMs }),
      (error: Error) => ({ told: `${error.name}: ${error.message}`, afterMs: this.#elapsedMs }),
    );
  }

  get #elapsedMs(): number {
    return this.#clock.now() - this.#startMs;
  }

  async pass(ms: number): Promise<void> {
    // What has been sent by now also arrives.
    await turns(20);
    await this.#clock.advance(ms);
  }
}

describe.each(Object.entries(transports))('over %s, a durable API that', (_, make) => {
  let client: ReturnType<typeof make>;
  beforeAll(async () => {
    client = make();
    await client.preload();
  });
  beforeEach(() => open.clear());

  /** Asks for so long that Lambda would end it. */
  async function endAfter(answer: Answer, marker?: string): Promise<End> {
    const asked = deferred();
    const answers = Array.from({ length: 3 }, () => tracked(answer, asked.resolve));
    lambda.willAnswer(...answers);
    const invocation = new Invocation(client, marker);
    await asked.promise;
    await invocation.pass(TIMEOUT_MS);
    return invocation.end;
  }

  it.each(troubles)('%s to a checkpoint ends the invocation before Lambda does', async (__, answer) => {
    const { told, afterMs } = await endAfter(answer);

    expect(told).toMatch(
      /^CheckpointError: CheckpointDurableExecution failed with LambdaDeadlineError: .*Step "charge"/,
    );
    expect(afterMs).toBe(END_MS);
    await closed();
    expect(lambda.seen).toHaveLength(1);
  });

  it.each(troubles)('%s to a page of state ends the invocation before Lambda does', async (__, answer) => {
    const { told, afterMs } = await endAfter(answer, 'more');

    expect(told).toMatch(/^GetExecutionStateError: GetDurableExecutionState failed with LambdaDeadlineError: .*page 2/);
    expect(afterMs).toBe(END_MS);
    await closed();
    expect(lambda.seen).toHaveLength(1);
  });

  it('hangs up in the middle of every answer is asked again, and the failure is thrown', async () => {
    const hangUp: Answer = (response) =>
      void response.writeHead(200, { 'content-length': '100' }).write('{', () => response.socket?.resetAndDestroy());
    lambda.willAnswer(hangUp, hangUp, hangUp);
    const { told } = await new Invocation(client).end;

    expect(told).toMatch(/^CheckpointError: CheckpointDurableExecution failed with/);
    expect(lambda.seen).toHaveLength(3);
  });

  it('is slow but answers in time is waited for', async () => {
    const body = JSON.stringify({ CheckpointToken: 't', NewExecutionState: { Operations: [] } });
    const asked = deferred<ServerResponse>();
    lambda.willAnswer(asked.resolve);
    const invocation = new Invocation(client);
    const response = await asked.promise;
    await invocation.pass(END_MS - 1);
    response.writeHead(200).end(body);
    expect(await invocation.end).toEqual({ told: '{"Status":"SUCCEEDED","Result":"1"}', afterMs: END_MS - 1 });
  });
});

describe('a server that accepts no data', () => {
  it.each([
    ['the AWS client', createLambdaDurableClient],
    ['the lean transport', createLeanDurableClient],
  ])('does not hold up the end: %s', async (_, create) => {
    const server = new Unaccepting();
    const connected = deferred();
    const client = create({ region: 'eu-west-1', endpoint: await server.open(connected.resolve) });
    await client.preload();
    const invocation = new Invocation(client);
    await connected.promise;
    await invocation.pass(TIMEOUT_MS);
    const { told, afterMs } = await invocation.end;
    server.close();

    expect(told).toContain('LambdaDeadlineError');
    expect(afterMs).toBe(END_MS);
  });
});

/** Resolves when no response is awaited any more. */
async function closed(): Promise<void> {
  while (open.size > 0) await turns();
}
