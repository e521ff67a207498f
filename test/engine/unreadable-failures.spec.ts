import { jest } from '@jest/globals';
import type { DurableContext } from '../../lib/engine/context/durable-context.js';
import type { EngineConfig } from '../../lib/engine/invocation/engine-config.js';
import { openTelemetryMetrics } from '../../lib/otel/index.js';
import { runInvocation } from '../../lib/engine/invocation/run-invocation.js';
import { lambdaContext, MemoryService } from '../fixtures/memory-service.js';
import { RecordingLogger } from './support/recording-logger.js';
import { Stage } from './support/stage.js';
import { unreadable } from './support/unreadable.js';

/** What a client of one's own may throw by mistake. */
const thrownValues: Array<[what: string, thrown: () => unknown]> = [
  ['a revoked proxy', unreadable],
  ['an error whose members cannot be read', () => withThrowingMembers(new Error('hidden'))],
  ['an error whose cause is a revoked proxy', () => new Error('outer', { cause: unreadable() })],
  ['an error that lists a revoked proxy', () => Object.assign(new Error('outer'), { errors: unreadable() })],
  [
    'an error with an unreadable answer',
    () => Object.assign(new Error('outer'), { $metadata: unreadable(), $response: unreadable() }),
  ],
  [
    'an object that cannot be written',
    () => ({
      toJSON: () => {
        throw new Error('unwritable');
      },
    }),
  ],
  ['an object whose text is another object', () => ({ message: unreadable(), toString: unreadable })],
  ['a function', () => unreadable],
  ['a symbol', () => Symbol('thrown')],
  ['nothing', () => undefined],
];

function withThrowingMembers(error: Error): Error {
  const get = () => {
    throw new TypeError('unreadable');
  };
  for (const member of ['name', 'message', 'stack', 'code', 'cause', 'errors', '$metadata']) {
    Object.defineProperty(error, member, { get });
  }
  return error;
}

type Way = (thrown: unknown) => Promise<never>;

const ways: Array<[how: string, fail: Way]> = [
  ['rejects with', (thrown) => Promise.reject(thrown)],
  [
    'throws',
    (thrown) => {
      throw thrown;
    },
  ],
];

/** Every member of it that is read is an object whose text cannot be read. */
const mute = { toString: unreadable, valueOf: unreadable };

describe.each<[what: string, thrown: () => unknown]>([
  ...thrownValues,
  [
    'an error whose members have no text',
    () => Object.assign(new Error('x'), { name: mute, message: mute, stack: mute }),
  ],
  ['an error that lists what cannot be read', () => new AggregateError([unreadable(), mute], 'several')],
  ['an object whose messages cannot be read', () => ({ message: [unreadable(), mute], status: mute })],
])('code that throws %s', (_what, thrown) => {
  const run = (body: (context: DurableContext) => Promise<unknown>, config: EngineConfig = {}) => {
    const service = new MemoryService({});
    return runInvocation({
      event: service.event(),
      lambdaContext: lambdaContext(),
      client: service,
      config: { logger: new RecordingLogger(), plugins: [openTelemetryMetrics()], ...config },
      body: ({ context }) => body(context),
    });
  };

  it('fails the execution, with the log of this package too', async () => {
    const fail = () => Promise.reject(thrown());
    await expect(run(fail)).resolves.toMatchObject({ Status: 'FAILED' });
    const written = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
    await expect(run(fail, { logger: undefined })).resolves.toMatchObject({ Status: 'FAILED' });
    written.mockRestore();
  });

  it('fails its step, which can be caught', async () => {
    const outcome = await run((context) =>
      context
        .step('charge', () => Promise.reject(thrown() as Error), { retryStrategy: () => ({ shouldRetry: false }) })
        .catch((error: unknown) => (error as Error).name),
    );
    expect(outcome).toEqual({ Status: 'SUCCEEDED', Result: '"StepError"' });
  });
});

describe.each(thrownValues)('a client that fails with %s', (_what, thrown) => {
  it.each(ways)('at a checkpoint, %s it: the invocation is thrown, and says so', async (_how, fail) => {
    const logger = new RecordingLogger();
    const service = new MemoryService({});
    const invocation = runInvocation({
      event: service.event(),
      lambdaContext: lambdaContext(),
      client: { checkpoint: () => fail(thrown()), getExecutionState: () => Promise.reject(new Error('not asked')) },
      config: { logger, plugins: [openTelemetryMetrics()] },
      body: ({ context }) => context.step('charge', async () => 1),
    });
    const error = await invocation.then(
      (output) => Promise.reject(new Error(`answered ${JSON.stringify(output)}`)),
      (reason: unknown) => reason,
    );
    expect(error).toMatchObject({ name: 'CheckpointError' });
    expect((error as Error).message).toMatch(/^CheckpointDurableExecution failed with /);
  });

  it.each(ways)('at a page of state, %s it: the invocation is thrown, and says so', async (_how, fail) => {
    const service = new MemoryService({});
    service.firstPageItems = 0;
    const invocation = runInvocation({
      event: service.event(),
      lambdaContext: lambdaContext(),
      client: { checkpoint: () => Promise.reject(new Error('not asked')), getExecutionState: () => fail(thrown()) },
      config: { logger: new RecordingLogger() },
      body: ({ context }) => context.step('charge', async () => 1),
    });
    await expect(invocation).rejects.toMatchObject({ name: 'GetExecutionStateError' });
  });
});

describe('a body that is not async and returns what cannot be read', () => {
  const proxyOfPromise = () => new Proxy(Promise.resolve(1), {});

  it.each<[what: string, body: () => unknown, message: string]>([
    ['a revoked proxy', unreadable, 'a proxy that has been revoked'],
    ['a proxy of a promise', proxyOfPromise, 'incompatible receiver'],
  ])('fails its operation, which can be caught: %s', async (_what, body, message) => {
    const retryStrategy = () => ({ shouldRetry: false });
    const handler = (context: DurableContext) =>
      Promise.allSettled([context.step(body as never, { retryStrategy }), context.runInChildContext(body as never)]);
    const stage = new Stage(async (context) => (await handler(context)).map((end) => String(Object(end).reason)));
    const messages = (await stage.result()) as string[];
    expect(messages).toEqual([expect.stringContaining(message), expect.stringContaining(message)]);
  });
});
