import {
  GetDurableExecutionCommand,
  InvokeCommand,
  ListDurableExecutionsByFunctionCommand,
} from '@aws-sdk/client-lambda';
import type { InProcessContext } from '../../lib/local/functions/in-process-functions.js';
import { ManualClock } from '../../lib/local/index.js';
import { Puppet } from './puppet.js';
import type { Stage } from './service-fixture.js';
import { closed, start, startStage } from './service-fixture.js';

const NAME = 'arn:aws:lambda:us-east-1:123456789012:function:durable';
const KEY = 'arn:aws:kms:us-east-1:123456789012:key/k';
const text = (payload: Uint8Array | undefined) => Buffer.from(payload ?? []).toString();

function cycle(): object {
  const value = { self: {} };
  return (value.self = value);
}

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

function unreadable(): Error {
  const get = () => {
    throw new Error('not readable');
  };
  return Object.defineProperty(new Error(), 'message', { get });
}

describe('Invoke', () => {
  let stage: Stage;
  let toThrow: unknown;
  let puppet: Puppet;
  const plain: string[] = [];
  let failures = 0;

  const invoke = (input: Partial<ConstructorParameters<typeof InvokeCommand>[0]>) =>
    stage.client.send(new InvokeCommand({ FunctionName: 'durable:$LATEST', ...input }));

  /** What the service had on its way inside this process is through once a timer has run. */
  const settled = () => new Promise((resolve) => setTimeout(resolve, 1));

  beforeEach(async () => {
    puppet = new Puppet();
    stage = await startStage({
      functions: {
        durable: {
          handler: puppet.handler,
          durable: { executionTimeoutSeconds: 60, retentionPeriodInDays: 3 },
        },
        reflect: { handler: async (_: never, { clientContext }: InProcessContext) => clientContext },
        keyed: {
          handler: async () => ({ Status: 'SUCCEEDED', Result: '1' }),
          durable: { executionTimeoutSeconds: 60, kmsKeyArn: KEY },
        },
        echo: { handler: async (event: unknown) => (plain.push(JSON.stringify(event)), event) },
        broken: {
          handler: async () => {
            failures += 1;
            throw new TypeError('no such thing');
          },
        },
        throws: { handler: () => Promise.reject(toThrow as Error) },
        large: { handler: async (bytes: number) => 'x'.repeat(bytes - 2) },
        slow: { handler: () => new Promise(() => undefined), timeoutSeconds: 0.05 },
      },
      clock: new ManualClock(Date.now()),
    });
  });
  afterEach(() => stage.close());

  describe('of a durable function', () => {
    it('waits for the execution and answers with its result as bytes', async () => {
      const answer = invoke({ Payload: '{"a":1}' });
      const { event, answer: end } = await puppet.next();
      end({ Status: 'SUCCEEDED', Result: '{"b":"ü"}' });

      const { StatusCode, Payload, FunctionError, ExecutedVersion, DurableExecutionArn } = await answer;
      expect({ StatusCode, FunctionError, ExecutedVersion, DurableExecutionArn, body: text(Payload) }).toEqual({
        StatusCode: 200,
        FunctionError: undefined,
        ExecutedVersion: '$LATEST',
        DurableExecutionArn: event.DurableExecutionArn,
        body: '{"b":"ü"}',
      });
    });

    it('hands the client context to every invocation', async () => {
      const ClientContext = Buffer.from('{"custom":{"a":1}}').toString('base64');
      await invoke({ InvocationType: 'Event', ClientContext });
      for (const output of [{ Status: 'RETRY' }, { Status: 'SUCCEEDED' }]) {
        const held = await puppet.next();
        expect(held.context.clientContext).toEqual({ custom: { a: 1 } });
        held.answer(output);
        await settled();
        stage.service.clock.advance(1_000);
      }
    });

    it('tells the key of its data that the function had when it started', async () => {
      const { DurableExecutionArn } = await invoke({ FunctionName: 'keyed:$LATEST' });
      const { DurableConfig } = await stage.client.send(new GetDurableExecutionCommand({ DurableExecutionArn }));
      expect(DurableConfig).toEqual({ KMSKeyArn: KEY, RetentionPeriodInDays: 14, ExecutionTimeout: 60 });
      const input = { FunctionName: 'keyed' };
      const { DurableExecutions } = await stage.client.send(new ListDurableExecutionsByFunctionCommand(input));
      expect(DurableExecutions?.map(({ KMSKeyArn }) => KMSKeyArn)).toEqual([KEY]);
    });

    it('answers at once with 202 when invoked as an event', async () => {
      const answer = await invoke({ InvocationType: 'Event', DurableExecutionName: 'order-1' });
      expect(answer.StatusCode).toBe(202);
      expect(answer.DurableExecutionArn).toMatch(
        /^arn:aws:lambda:us-east-1:123456789012:function:durable:\$LATEST\/durable-execution\/order-1\/[0-9a-f-]{36}$/,
      );
      (await puppet.next()).answer({ Status: 'SUCCEEDED' });
    });

    it('hands over the envelope with the EXECUTION operation first and milliseconds in it', async () => {
      const arn = await start(stage.client, 'durable', { sku: 'a1' });
      const { event, answer } = await puppet.next();
      const id = arn.slice(arn.lastIndexOf('/') + 1);

      expect(event).toEqual({
        DurableExecutionArn: arn,
        CheckpointToken: expect.stringMatching(/^[A-Za-z0-9+/]+={0,2}$/),
        InitialExecutionState: {
          Operations: [
            {
              Id: id,
              Name: arn.split('/')[2],
              Type: 'EXECUTION',
              Status: 'STARTED',
              StartTimestamp: stage.service.clock.now(),
              ExecutionDetails: { InputPayload: '{"sku":"a1"}' },
            },
          ],
          NextMarker: '',
        },
        UpdatedOperationIds: [id],
      });
      answer({ Status: 'SUCCEEDED' });
    });

    it('leaves the input out when the body is empty', async () => {
      await start(stage.client, 'durable');
      const { event, answer } = await puppet.next();
      expect(event.InitialExecutionState.Operations[0]?.ExecutionDetails).toEqual({});
      answer({ Status: 'SUCCEEDED' });
    });

    it('answers a failed execution as an unhandled function error', async () => {
      const answer = invoke({});
      (await puppet.next()).answer({
        Status: 'FAILED',
        Error: { ErrorType: 'Declined', ErrorMessage: 'no money', StackTrace: ['at pay'] },
      });
      const { StatusCode, FunctionError, Payload } = await answer;
      expect({ StatusCode, FunctionError }).toEqual({ StatusCode: 200, FunctionError: 'Unhandled' });
      expect(JSON.parse(text(Payload))).toEqual({
        errorType: 'Declined',
        errorMessage: 'no money',
        stackTrace: ['at pay'],
      });
    });

    it.each(['RequestResponse', 'Event', 'DryRun'] as const)('must be qualified (%s)', async (InvocationType) => {
      await expect(invoke({ FunctionName: 'durable', InvocationType })).rejects.toMatchObject({
        name: 'InvalidParameterValueException',
        message: 'You cannot invoke a durable function using an unqualified ARN.',
        $metadata: { httpStatusCode: 400 },
      });
    });

    it('must not be named with two qualifiers', async () => {
      await expect(invoke({ FunctionName: 'durable:live', Qualifier: '7' })).rejects.toMatchObject({
        name: 'InvalidParameterValueException',
        message: 'The derived qualifier from the function name does not match the specified qualifier.',
      });
    });

    it.each([
      ['name and qualifier parameter', { FunctionName: 'durable', Qualifier: '7' }, '7'],
      ['qualified name', { FunctionName: 'durable:7' }, '7'],
      ['full ARN', { FunctionName: `${NAME}:7` }, '7'],
      ['partial ARN', { FunctionName: '123456789012:function:durable:$LATEST' }, '$LATEST'],
      ['alias', { FunctionName: 'durable', Qualifier: 'prod' }, '$LATEST'],
    ])('takes a function by %s', async (_, input, version) => {
      const { DurableExecutionArn, ExecutedVersion } = await invoke({ ...input, InvocationType: 'Event' });
      expect(ExecutedVersion).toBe(version);
      expect(DurableExecutionArn).toContain(`:function:durable:${version}/`);
      (await puppet.next()).answer({ Status: 'SUCCEEDED' });
    });

    it('only checks when run dry', async () => {
      expect((await invoke({ InvocationType: 'DryRun' })).StatusCode).toBe(204);
      expect(puppet.unclaimed).toBe(0);
    });

    it('returns the running execution of the same name and payload, and a synchronous caller waits for it', async () => {
      const name = { DurableExecutionName: 'once', Payload: '{"n":1}' };
      const first = await invoke({ ...name, InvocationType: 'Event' });
      const held = await puppet.next();
      const second = await invoke({ ...name, InvocationType: 'Event' });
      const third = invoke(name);
      held.answer({ Status: 'SUCCEEDED', Result: '"done"' });

      expect(second.DurableExecutionArn).toBe(first.DurableExecutionArn);
      expect(text((await third).Payload)).toBe('"done"');
      await closed(stage.client, first.DurableExecutionArn as string);
      const fourth = await invoke(name);
      expect([text(fourth.Payload), fourth.DurableExecutionArn]).toEqual(['"done"', first.DurableExecutionArn]);
      expect(puppet.unclaimed).toBe(0);
    });

    it.each([
      ['another payload', { Payload: '{"n":2}' }],
      ['another version', { Payload: '{"n":1}', FunctionName: 'durable:2' }],
    ])('refuses the same name with %s', async (_, change) => {
      const first = await invoke({ DurableExecutionName: 'once', Payload: '{"n":1}', InvocationType: 'Event' });
      await expect(invoke({ DurableExecutionName: 'once', InvocationType: 'Event', ...change })).rejects.toMatchObject({
        name: 'DurableExecutionAlreadyStartedException',
        message: `Execution already started: ${first.DurableExecutionArn}`,
        $metadata: { httpStatusCode: 409 },
      });
      (await puppet.next()).answer({ Status: 'SUCCEEDED' });
    });

    it('keeps tenant and trace', async () => {
      const traced = { 'x-amzn-trace-id': 'Root=1-67891233-abcdef012345678912345678' };
      const command = new InvokeCommand({ FunctionName: 'durable:$LATEST', InvocationType: 'Event', TenantId: 'acme' });
      command.middlewareStack.add(
        (next) => (args) => {
          Object.assign((args.request as { headers: object }).headers, traced);
          return next(args);
        },
        { step: 'build' },
      );
      const { DurableExecutionArn } = await stage.client.send(command);
      const { context, answer } = await puppet.next();
      expect(context.tenantId).toBe('acme');
      answer({ Status: 'SUCCEEDED' });
      const { TraceHeader } = await closed(stage.client, DurableExecutionArn as string);
      expect(TraceHeader).toEqual({ XAmznTraceId: traced['x-amzn-trace-id'] });
    });
  });

  describe('of a plain function', () => {
    it('gives a function in this process the client context', async () => {
      const ClientContext = Buffer.from('{"client":{"app":"ü"}}').toString('base64');
      const { Payload } = await invoke({ FunctionName: 'reflect', ClientContext });
      expect(JSON.parse(text(Payload))).toEqual({ client: { app: 'ü' } });
    });

    it.each(['no base64 of JSON', Buffer.from('[1]').toString('base64')])(
      'refuses a client context that is %s',
      async (ClientContext) => {
        await expect(invoke({ FunctionName: 'reflect', ClientContext })).rejects.toMatchObject({
          name: 'InvalidRequestContentException',
          message: 'Client context must be a valid Base64-encoded JSON object.',
        });
      },
    );

    it('answers with the end of the log when that is asked for, which in this process it does not see', async () => {
      const { LogResult } = await invoke({ FunctionName: 'echo', LogType: 'Tail' });
      expect(LogResult).toBe('');
      expect((await invoke({ FunctionName: 'echo', LogType: 'None' })).LogResult).toBeUndefined();
      await expect(invoke({ FunctionName: 'echo', LogType: 'All' as never })).rejects.toMatchObject({
        name: 'ValidationException',
      });
    });

    it('answers with what it returns, qualified or not', async () => {
      const { StatusCode, Payload, DurableExecutionArn } = await invoke({ FunctionName: 'echo', Payload: '{"x":[1]}' });
      expect([StatusCode, text(Payload), DurableExecutionArn]).toEqual([200, '{"x":[1]}', undefined]);
      expect(text((await invoke({ FunctionName: 'echo:$LATEST' })).Payload)).toBe('{}');
    });

    it('runs in the background when invoked as an event', async () => {
      plain.length = 0;
      const { StatusCode, Payload } = await invoke({
        FunctionName: 'echo',
        InvocationType: 'Event',
        Payload: '"later"',
      });
      expect([StatusCode, text(Payload)]).toEqual([202, '']);
      expect(plain).toEqual(['"later"']);
    });

    it('answers its error and its timeout as function errors', async () => {
      const broken = await invoke({ FunctionName: 'broken' });
      expect(broken.FunctionError).toBe('Unhandled');
      expect(JSON.parse(text(broken.Payload))).toMatchObject({ errorType: 'TypeError', errorMessage: 'no such thing' });
      const slow = await invoke({ FunctionName: 'slow' });
      expect(JSON.parse(text(slow.Payload))).toMatchObject({ errorType: 'Sandbox.Timedout' });
    });

    it.each([
      ['text', 'no', { errorType: 'string', errorMessage: 'no' }],
      ['a bigint', 1n, { errorType: 'bigint', errorMessage: '[object BigInt]' }],
      ['a cycle', cycle(), { errorType: 'object', errorMessage: '[object Object]' }],
      ['a revoked proxy', revoked(), { errorType: 'object', errorMessage: 'the thrown value cannot be read' }],
      ['an error with an unreadable message', unreadable(), { errorType: 'object', errorMessage: '{}' }],
      ['an error with another stack', Object.assign(new Error('no'), { stack: {} }), { errorType: 'Error' }],
    ])('answers %s that it throws as a function error', async (_, thrown, expected) => {
      toThrow = thrown;
      const { FunctionError, Payload } = await invoke({ FunctionName: 'throws' });
      expect([FunctionError, JSON.parse(text(Payload))]).toEqual(['Unhandled', expect.objectContaining(expected)]);
    });

    it('fails with a response over 6 MiB, as on Lambda', async () => {
      const { Payload, FunctionError } = await invoke({ FunctionName: 'large', Payload: '6291557' });
      expect([FunctionError, JSON.parse(text(Payload))]).toEqual([
        'Unhandled',
        {
          errorType: 'Function.ResponseSizeTooLarge',
          errorMessage: 'Response payload size exceeded maximum allowed payload size (6291556 bytes).',
        },
      ]);
      const allowed = await invoke({ FunctionName: 'large', Payload: '6291556' });
      expect([allowed.FunctionError, allowed.Payload?.length]).toEqual([undefined, 6_291_556]);
    });

    it('is repeated twice after failed events, a minute and then two later', async () => {
      failures = 0;
      await invoke({ FunctionName: 'broken', InvocationType: 'Event' });
      for (const [advanceMs, expected] of [
        [60_000, 2],
        [119_000, 2],
        [1_000, 3],
        [3_600_000, 3],
      ] as const) {
        await settled();
        stage.service.clock.advance(advanceMs);
        await settled();
        expect([advanceMs, failures]).toEqual([advanceMs, expected]);
      }
    });
  });

  describe('refuses', () => {
    it('a function that is not there', async () => {
      await expect(invoke({ FunctionName: 'nobody:$LATEST' })).rejects.toMatchObject({
        name: 'ResourceNotFoundException',
        message: 'Function not found: arn:aws:lambda:us-east-1:123456789012:function:nobody:$LATEST',
        $metadata: { httpStatusCode: 404 },
      });
    });

    it('a payload that is not JSON', async () => {
      await expect(invoke({ Payload: '{"a":' })).rejects.toMatchObject({
        name: 'InvalidRequestContentException',
        $metadata: { httpStatusCode: 400 },
      });
    });

    it.each([
      ['RequestResponse', 6_291_456],
      ['Event', 1_048_576],
    ] as const)('a payload over the limit (%s)', async (InvocationType, limit) => {
      const Payload = JSON.stringify('x'.repeat(limit));
      await expect(invoke({ InvocationType, Payload })).rejects.toMatchObject({
        name: 'RequestTooLargeException',
        message: `Request must be smaller than ${limit} bytes for the InvokeFunction operation`,
        $metadata: { httpStatusCode: 413 },
      });
    });

    it.each([
      ['a space', 'an order'],
      ['more than 64 characters', 'x'.repeat(65)],
    ])('an execution name with %s', async (_, DurableExecutionName) => {
      await expect(invoke({ DurableExecutionName })).rejects.toMatchObject({
        name: 'ValidationException',
        message: expect.stringContaining("1 validation error detected: Value '"),
      });
    });
  });
});
