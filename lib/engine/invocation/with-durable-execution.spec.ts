import { jest } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RecordingLogger } from '../../../test/engine/support/recording-logger.js';
import { StrictService } from '../../../test/engine/support/strict-service.js';
import { lambdaContext } from '../../../test/fixtures/memory-service.js';
import { DurableExecutionApiClient } from './durable-execution-api-client.js';
import { DurableExecutionInvocationInputWithClient } from './invocation-input-with-client.js';
import {
  createLeanDurableClient,
  type DurableExecutionConfig,
  type DurableExecutionHandler,
  withDurableExecution,
} from './with-durable-execution.js';

const charge: DurableExecutionHandler<{ id: string }, string> = ({ id }, context) =>
  context.step('charge', async () => `charged ${id}`);

/** As an AWS `LambdaClient`, of which only `send` is used. */
class FakeLambdaClient {
  readonly sent: Array<[command: string, input: unknown]> = [];

  send(command: { input: unknown }): Promise<unknown> {
    this.sent.push([command.constructor.name, command.input]);
    return Promise.resolve({ CheckpointToken: 'next', NewExecutionState: {} });
  }
}

describe('withDurableExecution', () => {
  const configured = (config: DurableExecutionConfig) =>
    withDurableExecution(charge, { logger: new RecordingLogger(), ...config });

  it('runs the handler with the input of the execution, against the client that is configured', async () => {
    const service = new StrictService({ id: 'A-1' });

    const output = await configured({ durableExecutionClient: service })(service.event(), lambdaContext());

    expect(output).toEqual({ Status: 'SUCCEEDED', Result: '"charged A-1"' });
    expect(service.operation('charge').Status).toBe('SUCCEEDED');
  });

  it.each([
    ['no context', []],
    ['an empty context', [{}]],
  ])('works with %s, as tests and scripts call it', async (_what, context) => {
    const service = new StrictService({ id: 'A-1' });
    const handler = withDurableExecution(
      async (_input, { lambdaContext: given }) => {
        throw new TypeError(typeof given);
      },
      {
        logger: new RecordingLogger(),
        durableExecutionClient: service,
        plugins: [{ onInvocationEnd: async () => {} }],
        onExecutionFailed: async () => {},
      },
    );
    const call = handler as (event: unknown, ...context: object[]) => Promise<unknown>;
    expect(await call(service.event(), ...context)).toMatchObject({ Error: { ErrorMessage: 'object' } });
  });

  it('speaks to AWS Lambda through a LambdaClient that is configured', async () => {
    const client = new FakeLambdaClient();
    const service = new StrictService({ id: 'A-1' });

    const output = await configured({ client: client })(service.event(), lambdaContext());

    expect(output.Status).toBe('SUCCEEDED');
    expect(client.sent).toEqual([
      ['CheckpointDurableExecutionCommand', expect.objectContaining({ CheckpointToken: 'token-1' })],
    ]);
  });

  it('answers to the client in the event, whatever is configured', async () => {
    const [inEvent, other] = [new StrictService({ id: 'A-1' }), new StrictService({ id: 'A-2' })];
    const handler = configured({ durableExecutionClient: other });

    const output = await handler(
      new DurableExecutionInvocationInputWithClient(inEvent.event(), inEvent),
      lambdaContext(),
    );

    expect(output).toEqual({ Status: 'SUCCEEDED', Result: '"charged A-1"' });
    expect(inEvent.calls).toHaveLength(1);
    expect(other.calls).toEqual([]);
  });

  it('runs nothing when both clients are configured', async () => {
    const service = new StrictService({ id: 'A-1' });
    const client = new FakeLambdaClient();
    const handler = configured({ durableExecutionClient: service, client: client });

    const output = await handler(service.event(), lambdaContext());

    expect(output).toMatchObject({
      Status: 'FAILED',
      Error: { ErrorType: 'ConfigValidationError', ErrorMessage: expect.stringContaining('durableExecutionClient') },
    });
    expect([service.calls, client.sent]).toEqual([[], []]);
  });

  it.each([
    { client: null as never, durableExecutionClient: new StrictService({ id: 'A-1' }) },
    { client: new FakeLambdaClient(), durableExecutionClient: null as never },
  ])('takes a client that is null for none: %j', async (config) => {
    const service = config.durableExecutionClient ?? new StrictService({ id: 'A-1' });
    const withClient = new DurableExecutionInvocationInputWithClient(service.event(), service);

    await expect(configured(config)(withClient, lambdaContext())).resolves.toMatchObject({ Status: 'SUCCEEDED' });
  });

  it.each<[string, DurableExecutionConfig, string]>([
    ['a client', { client: {} as never }, 'client has no send()'],
    [
      'a durable API',
      { durableExecutionClient: { checkpoint: () => undefined } as never },
      'has no getExecutionState()',
    ],
    ['a durable API that is none', { durableExecutionClient: 'https://lambda' as never }, 'has no checkpoint()'],
  ])('runs nothing when %s lacks its methods, unless the event has a client', async (_, config, problem) => {
    const service = new StrictService({ id: 'A-1' });
    const handler = configured(config);

    await expect(handler(service.event(), lambdaContext())).resolves.toMatchObject({
      Status: 'FAILED',
      Error: { ErrorType: 'ConfigValidationError', ErrorMessage: expect.stringContaining(problem) as string },
    });
    const withClient = new DurableExecutionInvocationInputWithClient(service.event(), service);
    await expect(handler(withClient, lambdaContext())).resolves.toMatchObject({ Status: 'SUCCEEDED' });
    const underWay = new StrictService({ id: 'A-1' });
    await withDurableExecution(charge, { durableExecutionClient: underWay })(underWay.event(), lambdaContext());
    await expect(handler(underWay.event(), lambdaContext())).rejects.toThrow(problem);
  });

  it.each([null, 5, 'x'])('runs nothing when apiErrorCodes is %j', async (apiErrorCodes) => {
    const service = new StrictService({ id: 'A-1' });
    const handler = configured({ durableExecutionClient: service, apiErrorCodes: apiErrorCodes as never });

    await expect(handler(service.event(), lambdaContext())).resolves.toMatchObject({
      Error: {
        ErrorType: 'ConfigValidationError',
        ErrorMessage: expect.stringMatching(/^apiErrorCodes is /) as string,
      },
    });
    expect(service.calls).toEqual([]);
  });

  it('runs nothing when apiErrorCodes has a member that no side has', async () => {
    const service = new StrictService({ id: 'A-1' });
    const handler = configured({ durableExecutionClient: service, apiErrorCodes: { Transient: ['Busy'] } as never });

    await expect(handler(service.event(), lambdaContext())).resolves.toMatchObject({
      Error: { ErrorMessage: 'apiErrorCodes has no member Transient. Give { transient, permanent }.' },
    });
  });

  it.each<[string, () => DurableExecutionConfig]>([
    ['the AWS client', () => ({})],
    ['the lean client', () => ({ durableExecutionClient: createLeanDurableClient() })],
  ])('runs nothing when the endpoint of %s is no URL', async (_, config) => {
    process.env.AWS_ENDPOINT_URL_LAMBDA = 'localhost:9090';
    process.env.AWS_REGION ??= 'us-east-1';
    try {
      const service = new StrictService({ id: 'A-1' });
      let runs = 0;
      const counted = async () => (runs += 1);
      const handler = withDurableExecution(counted, { logger: new RecordingLogger(), ...config() });

      await expect(handler(service.event(), lambdaContext())).resolves.toMatchObject({
        Error: {
          ErrorType: 'TransportLoadError',
          ErrorMessage: expect.stringContaining('"localhost:9090", which is no URL of http or https') as string,
        },
      });
      await withDurableExecution(charge, { durableExecutionClient: service })(service.event(), lambdaContext());
      await expect(handler(service.event(), lambdaContext())).rejects.toThrow('localhost:9090');
      expect(runs).toBe(0);
    } finally {
      delete process.env.AWS_ENDPOINT_URL_LAMBDA;
    }
  });

  it('runs nothing when the credentials of the lean client are incomplete', async () => {
    const credentials = { accessKeyId: 'id', secretAccessKey: process.env.NOT_SET! };
    const durableExecutionClient = createLeanDurableClient({ region: 'us-east-1', credentials });
    let runs = 0;
    const counted = async () => (runs += 1);
    const handler = withDurableExecution(counted, { durableExecutionClient, logger: new RecordingLogger() });

    await expect(handler(new StrictService({}).event(), lambdaContext())).resolves.toMatchObject({
      Error: {
        ErrorType: 'TransportLoadError',
        ErrorMessage: expect.stringContaining('no secretAccessKey. Give both') as string,
      },
    });
    expect(runs).toBe(0);
  });

  it('takes null for no configuration', async () => {
    const service = new StrictService({ id: 'A-1' });
    const handler = withDurableExecution(charge, null as never);
    const event = new DurableExecutionInvocationInputWithClient(service.event(), service);

    await expect(handler(event, lambdaContext())).resolves.toMatchObject({ Status: 'SUCCEEDED' });
  });

  it.each<[string, DurableExecutionHandler<unknown, unknown>, object]>([
    [
      'waits beside a step',
      (_, context) => {
        const open = new Promise<void>((resolve) => setTimeout(resolve, 30));
        return Promise.all([context.step('long', () => open), context.wait({ hours: 1 })]);
      },
      { Status: 'PENDING' },
    ],
    ['fails', () => Promise.reject(new Error('no')), { Status: 'FAILED', Error: { ErrorMessage: 'no' } }],
  ])('needs no remaining time of a context, as in tests: the handler %s', async (_, handler, output) => {
    const service = new StrictService({ id: 'A-1' });
    const config = { durableExecutionClient: service, logger: new RecordingLogger(), onExecutionFailed: () => 1 };

    const context = { awsRequestId: 'request-1' } as never;
    await expect(withDurableExecution(handler, config)(service.event(), context)).resolves.toMatchObject(output);
  });

  it('runs nothing without its function: a new execution fails, and one under way is left to a redeploy', async () => {
    const service = new StrictService({ id: 'A-1' });
    const config = { durableExecutionClient: service, logger: new RecordingLogger() };
    const handler = withDurableExecution(undefined as never, config);

    await expect(handler(service.event(), lambdaContext())).resolves.toMatchObject({
      Status: 'FAILED',
      Error: { ErrorMessage: expect.stringContaining('needs the function of the execution, but received undefined') },
    });
    await configured(config)(service.event(), lambdaContext());
    await expect(handler(service.event(), lambdaContext())).rejects.toThrow('needs the function of the execution');
  });

  it.each([5, [{}], Promise.resolve({})])('runs nothing with %p in place of a configuration', async (given) => {
    const service = new StrictService({ id: 'A-1' });
    const logged = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
    const handler = withDurableExecution(async () => 1, given as never);

    await expect(handler(service.event(), lambdaContext())).resolves.toMatchObject({
      Status: 'FAILED',
      Error: {
        ErrorType: 'ConfigValidationError',
        ErrorMessage: expect.stringMatching(/withDurableExecution\(\) is /),
      },
    });
    expect(logged).toHaveBeenCalledTimes(1);
    logged.mockRestore();
  });

  it('throws when there is no durable execution, however it is configured', async () => {
    const service = new StrictService();
    for (const config of [{}, { durableExecutionClient: service, client: new FakeLambdaClient() as never }]) {
      await expect(configured(config)({ id: 'A-1' } as never, lambdaContext())).rejects.toMatchObject({
        code: 'NOT_DURABLE',
      });
    }
  });

  describe('with plugins in the environment', () => {
    let code: string;

    beforeAll(async () => {
      code = await mkdtemp(join(tmpdir(), 'durable-plugins-'));
      await writeFile(
        join(code, 'counting.mjs'),
        `globalThis.countingPlugins = [];
         class Counting {
           started = 0;
           async onInvocationStart() { this.started += 1; }
         }
         const createPlugin = () => (globalThis.countingPlugins.push(new Counting()), globalThis.countingPlugins.at(-1));
         export const durableExecutionPluginProvider = { pluginApiVersion: 1, pluginType: Counting, createPlugin };`,
      );
    });
    afterAll(() => rm(code, { recursive: true }));
    afterEach(() => delete process.env.DURABLE_EXECUTION_PLUGINS);

    async function invoke(specifier: string, times: number) {
      process.env.DURABLE_EXECUTION_PLUGINS = specifier;
      const service = new StrictService({ id: 'A-1' });
      const handler = configured({ durableExecutionClient: service });
      let output;
      for (let time = 0; time < times; time += 1) output = await handler(service.event(), lambdaContext());
      return output;
    }

    it('makes each plugin once, and calls it in every invocation', async () => {
      await invoke(join(code, 'counting.mjs'), 3);

      expect((globalThis as unknown as { countingPlugins: unknown[] }).countingPlugins).toMatchObject([{ started: 3 }]);
    });

    it('fails the execution when one cannot be loaded', async () => {
      expect(await invoke(join(code, 'absent.mjs'), 1)).toMatchObject({
        Status: 'FAILED',
        Error: { ErrorType: 'PluginLoadError' },
      });
    });
  });
});

describe('DurableExecutionApiClient', () => {
  it('makes the two calls of the durable API', async () => {
    const lambda = new FakeLambdaClient();
    const client = new DurableExecutionApiClient(lambda);
    const request = { DurableExecutionArn: 'arn', CheckpointToken: 'token' };

    await client.checkpoint({ ...request, Updates: [] });
    await client.getExecutionState({ ...request, Marker: '1' });

    expect(lambda.sent).toMatchObject([
      ['CheckpointDurableExecutionCommand', { ...request, Updates: [] }],
      ['GetDurableExecutionStateCommand', { ...request, Marker: '1' }],
    ]);
  });
});

describe('DurableExecutionInvocationInputWithClient', () => {
  const client = { checkpoint: async () => ({}), getExecutionState: async () => ({}) };

  it.each<[string, unknown, boolean]>([
    ['an event that brings a client', { durableExecutionClient: client }, true],
    [
      'one made by another copy of the class',
      Object.assign(Object.create({}), { durableExecutionClient: client }),
      true,
    ],
    ['an ordinary event', { DurableExecutionArn: 'arn' }, false],
    ['an event whose client lacks a call', { durableExecutionClient: { checkpoint: client.checkpoint } }, false],
    ['an event with something else under that name', { durableExecutionClient: 'arn' }, false],
    ['no event', undefined, false],
    ['nothing', null, false],
  ])('tells whether %s brings a client', (_what, event, isInstance) => {
    expect(DurableExecutionInvocationInputWithClient.isInstance(event)).toBe(isInstance);
  });

  it('carries the envelope on', () => {
    const input = {
      DurableExecutionArn: 'arn',
      CheckpointToken: 'token',
      InitialExecutionState: { Operations: [], NextMarker: '' },
      UpdatedOperationIds: ['1'],
    };

    const event = new DurableExecutionInvocationInputWithClient(input, client);

    expect(event).toMatchObject(input);
    expect(String(event)).toBe('[object DurableExecutionInvocationInputWithClient]');
  });
});
