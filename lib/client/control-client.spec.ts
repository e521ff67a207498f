import { runInNewContext } from 'node:vm';
import { of } from 'rxjs';
import { DurableControlClient } from './control-client.js';
import { DurableControlError } from './control-error.js';
import { controlErrorOf } from './control-failure.js';
import { LambdaEndpoint, failing, json } from './testing-fixtures/lambda-endpoint.js';
import type { Answer } from './testing-fixtures/lambda-endpoint.js';
import { storedStart } from '../wire/named-start.js';

const ARN = 'arn:aws:lambda:eu-west-1:123456789012:function:orders:1/durable-execution/first/0f0e';
const ENCODED_ARN = encodeURIComponent(ARN);
const CALLBACK = 'Y2I+/w==';
const STARTED_AT = new Date('2026-01-31T05:48:20.123Z');
const epochSeconds = (date: Date) => date.getTime() / 1000;

const lambda = new LambdaEndpoint();
let control: DurableControlClient;

beforeAll(async () => {
  await lambda.open();
  control = new DurableControlClient({ region: 'eu-west-1', endpoint: lambda.url });
});
afterAll(() => lambda.close());

function only() {
  expect(lambda.seen).toHaveLength(1);
  return lambda.seen[0]!;
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const collected: T[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}

describe('DurableControlClient.start', () => {
  const started: Answer = (response) => response.writeHead(202, { 'x-amz-durable-execution-arn': ARN }).end();

  it('invokes the function as an event, under the given name', async () => {
    lambda.willAnswer(started);
    const request = { functionName: 'orders', qualifier: 'live', executionName: 'order-7', input: { orderId: 7 } };

    await expect(control.start(request)).resolves.toEqual({ executionArn: ARN, executionName: 'order-7' });
    const { method, path, headers, body } = only();
    expect(`${method} ${path}`).toBe('POST /2015-03-31/functions/orders/invocations?Qualifier=live');
    expect(headers['x-amz-invocation-type']).toBe('Event');
    expect(headers['x-amz-durable-execution-name']).toBe('order-7');
    expect(JSON.parse(body)).toEqual({ orderId: 7 });
  });

  it('draws a name, so that a repeated start does not make a second execution', async () => {
    lambda.willAnswer(failing(500, 'ServiceException'), started);
    const { executionName } = await control.start({ functionName: 'orders:live' });

    expect(executionName).toMatch(/^[0-9a-f-]{36}$/);
    expect(lambda.seen.map(({ headers }) => headers['x-amz-durable-execution-name'])).toEqual([
      executionName,
      executionName,
    ]);
  });

  it('sends no body without an input', async () => {
    lambda.willAnswer(started);
    await control.start({ functionName: 'orders:live' });

    expect(only().body).toBe('');
  });

  it('says so when the function has run as an ordinary one', async () => {
    lambda.willAnswer(json({}, {}, 202));

    await expect(control.start({ functionName: 'orders:live' })).rejects.toMatchObject({
      name: 'DurableControlError',
      code: 'NotDurable',
      message: expect.stringMatching(/not durable\. .*Set DurableConfig/) as string,
    });
  });

  it('sends the input as it was at the call, also where the code of the call is loaded by it', async () => {
    lambda.willAnswer(started);
    const input = { orderId: 7 };
    const first = new DurableControlClient({ region: 'eu-west-1', endpoint: lambda.url });
    const starting = first.start({ functionName: 'orders:live', input });
    input.orderId = 8;
    await starting;

    expect(JSON.parse(only().body)).toEqual({ orderId: 7 });
  });

  it('names the input that JSON cannot hold, and sends nothing', async () => {
    lambda.willAnswer();

    await expect(control.start({ functionName: 'orders:live', input: 1n })).rejects.toMatchObject({
      constructor: DurableControlError,
      code: 'NotSent',
      retryable: false,
      message: expect.stringMatching(/The input cannot be sent as JSON: .*BigInt.* Nothing was sent/) as unknown,
      cause: expect.objectContaining({ cause: expect.any(TypeError) as unknown }) as unknown,
    });
    expect(lambda.seen).toHaveLength(0);
  });

  it.each<[string, () => unknown, message: string]>([
    ['a promise', () => Promise.reject(new Error('unhandled')), 'The input cannot be sent as JSON: it is a promise,'],
    ['an observable', () => of(1), 'it is an observable, which must be awaited first, such as by firstValueFrom(). '],
    [
      'one with a promise in it',
      () => ({ items: [Promise.resolve(1)] }),
      '"0" in it is a promise, which must be awaited first. ',
    ],
    ['that of a named handler', () => storedStart('Orders.fulfil', Promise.resolve()), '"input" in it is a promise,'],
  ])('refuses an input that is %s, and sends nothing', async (_, inputOf, message) => {
    lambda.willAnswer();

    await expect(control.start({ functionName: 'orders:live', input: inputOf() })).rejects.toMatchObject({
      code: 'NotSent',
      message: expect.stringContaining(message) as unknown,
    });
    expect(lambda.seen).toHaveLength(0);
  });
});

describe('DurableControlClient.startAndWait', () => {
  const headers = { 'x-amz-durable-execution-arn': ARN };
  const request = { functionName: 'orders:live', executionName: 'order-7' };

  it('gives the result as the function wrote it', async () => {
    lambda.willAnswer((response) => response.writeHead(200, headers).end('{"shipped":true}'));

    await expect(control.startAndWait(request)).resolves.toEqual({
      executionArn: ARN,
      executionName: 'order-7',
      succeeded: true,
      result: '{"shipped":true}',
    });
    expect(only().headers['x-amz-invocation-type']).toBe('RequestResponse');
  });

  it('gives no result where there is none', async () => {
    lambda.willAnswer((response) => response.writeHead(200, headers).end());

    await expect(control.startAndWait(request)).resolves.toMatchObject({ succeeded: true, result: undefined });
  });

  it('gives the error of an execution that has failed', async () => {
    const failed = { errorType: 'OutOfStock', errorMessage: 'None left.' };
    lambda.willAnswer(json(failed, { ...headers, 'x-amz-function-error': 'Unhandled' }));

    await expect(control.startAndWait(request)).resolves.toMatchObject({
      succeeded: false,
      error: { type: 'OutOfStock', message: 'None left.' },
    });
  });

  it.each(['Task timed out', 'null', '""'])('keeps an error body that is no Lambda error: %s', async (text) => {
    lambda.willAnswer((response) =>
      response.writeHead(200, { ...headers, 'x-amz-function-error': 'Unhandled' }).end(text),
    );

    await expect(control.startAndWait(request)).resolves.toMatchObject({ succeeded: false, error: { message: text } });
  });
});

describe('DurableControlClient.describe', () => {
  const answered = {
    DurableExecutionArn: ARN,
    DurableExecutionName: 'first',
    FunctionArn: 'arn:aws:lambda:eu-west-1:123456789012:function:orders:1',
    Status: 'FAILED',
    StartTimestamp: epochSeconds(STARTED_AT),
    InputPayload: '{"orderId":7}',
    Error: { ErrorType: 'OutOfStock', ErrorMessage: 'None left.', ErrorData: 'd', StackTrace: ['at a'] },
    Version: '1',
    TraceHeader: { XAmznTraceId: 'Root=1' },
  };

  it('tells how the execution stands', async () => {
    lambda.willAnswer(json(answered));

    await expect(control.describe(ARN)).resolves.toStrictEqual({
      executionArn: ARN,
      executionName: 'first',
      functionArn: answered.FunctionArn,
      status: 'FAILED',
      startedAt: STARTED_AT,
      version: '1',
      input: '{"orderId":7}',
      error: { type: 'OutOfStock', message: 'None left.', data: 'd', stackTrace: ['at a'] },
      traceId: 'Root=1',
    });
    expect(only().path).toBe(`/2025-12-01/durable-executions/${ENCODED_ARN}?IncludeExecutionData=true`);
  });

  it('takes what a brought client gives as null for absent', async () => {
    const nulls = { Error: null, Result: null, EndTimestamp: null, TraceHeader: null, Version: null };
    const client = { send: () => Promise.resolve({ ...answered, ...nulls }) };
    const description = await new DurableControlClient({ client }).describe(ARN);

    expect(Object.keys(description).sort()).toEqual(
      ['executionArn', 'executionName', 'functionArn', 'input', 'startedAt', 'status'].sort(),
    );
  });

  it.each([{}, { Message: 'maintenance' }])('refuses a response that is not an execution: %j', async (answer) => {
    lambda.willAnswer(json(answer));

    await expect(control.describe(ARN)).rejects.toMatchObject({
      retryable: true,
      message: expect.stringContaining('Status is missing') as string,
    });
  });

  it('leaves out the data on request', async () => {
    lambda.willAnswer(json(answered));
    await control.describe(ARN, { includeData: false });

    expect(only().path).toContain('IncludeExecutionData=false');
  });
});

describe('DurableControlClient.history', () => {
  const at = epochSeconds(STARTED_AT);

  it('reads every page, one after the other', async () => {
    lambda.willAnswer(
      json({ Events: [{ EventId: 1, EventType: 'ExecutionStarted', EventTimestamp: at }], NextMarker: 'm2' }),
      json({ Events: [{ EventId: 2, EventType: 'InvocationCompleted', EventTimestamp: at }], NextMarker: '' }),
    );

    expect((await all(control.history(ARN))).map(({ eventId }) => eventId)).toEqual([1, 2]);
    expect(lambda.seen.map(({ path }) => new URL(path, lambda.url).searchParams.get('Marker'))).toEqual([null, 'm2']);
    const query = '?IncludeExecutionData=true&MaxItems=1000&ReverseOrder=false';
    expect(lambda.seen[0]?.path).toBe(`/2025-12-01/durable-executions/${ENCODED_ARN}/history${query}`);
  });

  it('ends when the same marker comes twice', async () => {
    const page = (NextMarker: string) => json({ Events: [], NextMarker });
    lambda.willAnswer(page('m2'), page('m3'), page('m2'));

    await expect(all(control.history(ARN))).rejects.toMatchObject({
      name: 'DurableControlError',
      message: expect.stringContaining('GetDurableExecutionHistory has returned the same marker twice') as string,
    });
    expect(lambda.seen).toHaveLength(3);
  });

  it('fetches no page that nobody asks for', async () => {
    lambda.willAnswer(
      json({ Events: [{ EventId: 1, EventType: 'ExecutionStarted', EventTimestamp: at }], NextMarker: 'm2' }),
    );
    for await (const event of control.history(ARN, { includeData: false, newestFirst: true })) {
      expect(event.eventId).toBe(1);
      break;
    }

    expect(only().path).toMatch(/IncludeExecutionData=false.*ReverseOrder=true/);
  });

  it.each([
    [
      'ExecutionStarted',
      { Input: { Payload: '{}', Truncated: false }, ExecutionTimeout: 60 },
      { input: '{}', truncated: false, executionTimeoutSeconds: 60 },
    ],
    [
      'StepFailed',
      { Error: { Payload: { ErrorType: 'E' } }, RetryDetails: { CurrentAttempt: 1, NextAttemptDelaySeconds: 2 } },
      { error: { type: 'E' }, attempt: 1, nextAttemptDelaySeconds: 2 },
    ],
    ['StepSucceeded', { Result: { Payload: '7' }, RetryDetails: { CurrentAttempt: 2 } }, { result: '7', attempt: 2 }],
    ['WaitStarted', { Duration: 5, ScheduledEndTimestamp: at }, { durationSeconds: 5, scheduledEndAt: STARTED_AT }],
    [
      'CallbackStarted',
      { CallbackId: CALLBACK, Timeout: 9, HeartbeatTimeout: 3 },
      { callbackId: CALLBACK, callbackTimeoutSeconds: 9, heartbeatTimeoutSeconds: 3 },
    ],
    [
      'ChainedInvokeStarted',
      { FunctionName: 'f', DurableExecutionArn: ARN, ExecutedVersion: '1', TenantId: 't' },
      { functionName: 'f', executionArn: ARN, executedVersion: '1', tenantId: 't' },
    ],
    [
      'InvocationCompleted',
      { RequestId: 'r', StartTimestamp: at, EndTimestamp: at },
      { invocation: { requestId: 'r', startedAt: STARTED_AT, endedAt: STARTED_AT } },
    ],
    ['ContextStarted', {}, {}],
  ])('tells the details of %s', async (EventType, members, details) => {
    const event = { EventId: 3, EventType, EventTimestamp: at, Id: 'c4', Name: 'n', SubType: 'Step', ParentId: 'p' };
    lambda.willAnswer(json({ Events: [{ ...event, [`${EventType}Details`]: members }] }));

    expect(await all(control.history(ARN))).toStrictEqual([
      {
        eventId: 3,
        type: EventType,
        at: STARTED_AT,
        operationId: 'c4',
        name: 'n',
        subType: 'Step',
        parentId: 'p',
        details,
      },
    ]);
  });
});

describe('DurableControlClient.list', () => {
  it('asks for what the query says, and reads every page', async () => {
    const execution = { DurableExecutionArn: ARN, DurableExecutionName: 'first', FunctionArn: 'f', Status: 'RUNNING' };
    const page = { DurableExecutions: [{ ...execution, StartTimestamp: epochSeconds(STARTED_AT) }] };
    lambda.willAnswer(json({ ...page, NextMarker: 'm2' }), json(page));
    const query = {
      functionName: 'orders',
      statuses: ['RUNNING', 'FAILED'] as ('RUNNING' | 'FAILED')[],
      startedAfter: STARTED_AT,
      oldestFirst: true,
    };

    const summary = {
      executionArn: ARN,
      executionName: 'first',
      functionArn: 'f',
      status: 'RUNNING',
      startedAt: STARTED_AT,
    };
    expect(await all(control.list(query))).toStrictEqual([summary, summary]);
    const { pathname, searchParams } = new URL(lambda.seen[1]!.path, lambda.url);
    expect(pathname).toBe('/2025-12-01/functions/orders/durable-executions');
    expect(searchParams.getAll('Statuses')).toEqual(['RUNNING', 'FAILED']);
    expect(Object.fromEntries(searchParams)).toMatchObject({
      Marker: 'm2',
      ReverseOrder: 'true',
      StartedAfter: STARTED_AT.toISOString(),
    });
  });

  it('takes a bound of time in milliseconds or as text too', async () => {
    const page = json({ DurableExecutions: [] });
    for (const startedBefore of [STARTED_AT.getTime(), STARTED_AT.toISOString()]) {
      lambda.willAnswer(page);
      await all(control.list({ functionName: 'orders', startedBefore: startedBefore as never }));
      expect(lambda.seen.at(-1)!.path).toContain(`StartedBefore=${encodeURIComponent(STARTED_AT.toISOString())}`);
    }
  });
});

describe('A page that is not one', () => {
  it.each<[object, RegExp]>([
    [{}, /: Events is missing/],
    [{ Message: 'maintenance' }, /: Events is missing/],
    [{ Events: 'x' }, /: Events is a text/],
    [{ Events: [null] }, /: Events\[0\] is null/],
  ])('is refused by history(): %j', async (answer, message) => {
    lambda.willAnswer(json(answer));
    await expect(all(control.history(ARN))).rejects.toMatchObject({
      name: 'DurableControlError',
      code: 'UnreadableAnswerError',
      retryable: true,
      message: expect.stringMatching(message) as string,
    });
  });

  it('is refused by list(), but for one without the list, which the service may leave out', async () => {
    lambda.willAnswer(json({ DurableExecutions: 'x' }));
    await expect(all(control.list({ functionName: 'orders' }))).rejects.toThrow(/: DurableExecutions is a text/);
    lambda.willAnswer(json({}));
    await expect(all(control.list({ functionName: 'orders' }))).resolves.toEqual([]);
  });
});

describe('DurableControlClient.stop', () => {
  it('gives the reason, and tells when', async () => {
    lambda.willAnswer(json({ StopTimestamp: epochSeconds(STARTED_AT) }));

    await expect(control.stop(ARN, { type: 'Cancelled', message: 'By hand.' })).resolves.toEqual(STARTED_AT);
    expect(only().path).toBe(`/2025-12-01/durable-executions/${ENCODED_ARN}/stop`);
    expect(JSON.parse(only().body)).toEqual({ ErrorType: 'Cancelled', ErrorMessage: 'By hand.' });
  });
});

describe('the callbacks of DurableControlClient', () => {
  const path = `/2025-12-01/durable-execution-callbacks/${encodeURIComponent(CALLBACK)}`;

  it.each<[string, string | Uint8Array | undefined, string]>([
    ['text', 'yes', 'yes'],
    ['bytes', new TextEncoder().encode('yes'), 'yes'],
    ['bytes of another realm', runInNewContext('new Uint8Array([121, 101, 115])') as Uint8Array, 'yes'],
    ['nothing', undefined, ''],
  ])('succeed with %s, handed over as it is', async (_, result, body) => {
    lambda.willAnswer(json({}));
    await control.sendCallbackSuccess(CALLBACK, result);

    expect(only()).toMatchObject({ path: `${path}/succeed`, body });
  });

  it('fail with an error', async () => {
    lambda.willAnswer(json({}));
    await control.sendCallbackFailure(CALLBACK, { type: 'Rejected', message: 'Too dear.' });

    expect(only().path).toBe(`${path}/fail`);
    expect(JSON.parse(only().body)).toEqual({ ErrorType: 'Rejected', ErrorMessage: 'Too dear.' });
  });

  it.each([RangeError, runInNewContext('RangeError') as typeof RangeError])(
    'fail with a caught error, whose members are not enumerable: %p',
    async (AnyError) => {
      lambda.willAnswer(json({}));
      await control.sendCallbackFailure(CALLBACK, new AnyError('Too dear.'));

      expect(JSON.parse(only().body)).toEqual({ ErrorType: 'RangeError', ErrorMessage: 'Too dear.' });
    },
  );

  it.each(['Too dear.', 404])('fail with %j, which code has thrown', async (thrown) => {
    lambda.willAnswer(json({}));
    await control.sendCallbackFailure(CALLBACK, thrown as never);

    expect(JSON.parse(only().body)).toEqual({ ErrorMessage: String(thrown) });
  });

  it.each<[unknown, Record<string, unknown>]>([
    [{ code: 'NO_STOCK', left: 0 }, { ErrorMessage: '{"code":"NO_STOCK","left":0}' }],
    [
      { type: 'NoStock', left: 0 },
      { ErrorType: 'NoStock', ErrorMessage: '{"type":"NoStock","left":0}' },
    ],
    [{ message: ['no stock', 'no driver'] }, { ErrorMessage: '{"message":["no stock","no driver"]}' }],
    [['no stock'], { ErrorMessage: '["no stock"]' }],
    [{ type: 'NoStock' }, { ErrorType: 'NoStock' }],
    [{ type: 402 }, { ErrorMessage: '{"type":402}' }],
    [
      Object.assign(new RangeError('no stock'), { type: 402, data: { left: 0 }, stackTrace: 'at shop.js' }),
      { ErrorType: 'RangeError', ErrorMessage: 'no stock', ErrorData: '{"left":0}' },
    ],
  ])('fail with what code has thrown in place of an error: %j', async (thrown, sent) => {
    lambda.willAnswer(json({}));
    await control.sendCallbackFailure(CALLBACK, thrown as never);

    expect(JSON.parse(only().body)).toEqual(sent);
  });

  it('fail without an error where code has null', async () => {
    lambda.willAnswer(json({}));
    await control.sendCallbackFailure(CALLBACK, null as never);

    expect(JSON.parse(only().body)).toEqual({});
  });

  it('beat', async () => {
    lambda.willAnswer(json({}));
    await control.sendCallbackHeartbeat(CALLBACK);

    expect(only().path).toBe(`${path}/heartbeat`);
  });
});

describe('DurableControlError', () => {
  const unqualified = 'You cannot invoke a durable function using an unqualified ARN.';
  const calls = {
    start: () => control.start({ functionName: 'orders' }),
    describe: () => control.describe(ARN),
    callback: () => control.sendCallbackSuccess(CALLBACK),
  };

  it.each<[keyof typeof calls, number, string, string, RegExp]>([
    ['start', 400, 'InvalidParameterValueException', unqualified, /Add a version, an alias or \$LATEST/],
    ['start', 409, 'DurableExecutionAlreadyStartedException', 'Taken.', /use another name/],
    ['start', 403, 'AccessDeniedException', 'No.', /Allow lambda:InvokeFunction to/],
    ['describe', 403, 'AccessDeniedException', 'No.', /Allow lambda:GetDurableExecution to/],
    ['describe', 404, 'ResourceNotFoundException', 'No.', /retention period/],
    ['describe', 502, 'KMSDisabledException', 'No.', /kms:Decrypt/],
    ['callback', 400, 'CallbackTimeoutException', 'Closed.', /The callback is closed/],
  ])('says what can be done when %s is answered with %d %s', async (call, status, name, message, remedy) => {
    lambda.willAnswer(failing(status, name, message));
    const error = await calls[call]().catch((thrown: unknown) => thrown);

    expect(error).toBeInstanceOf(DurableControlError);
    expect(error).toMatchObject({ code: name, httpStatus: status, requestId: 'r-1' });
    expect((error as Error).message).toMatch(remedy);
    expect((error as Error).message).toContain(message);
    expect((error as Error).cause).toMatchObject({ name });
    expect(lambda.seen).toHaveLength(1);
  });

  it('lets a refusal without a remedy speak for itself', async () => {
    lambda.willAnswer(failing(400, 'InvalidParameterValueException', 'Invalid callback id'));

    await expect(calls.callback()).rejects.toMatchObject({
      message:
        'SendDurableExecutionCallbackSuccess failed with InvalidParameterValueException ' +
        '(HTTP 400, request id r-1): Invalid callback id.',
    });
  });

  it.each<[string, unknown, (id: never) => Promise<unknown>]>([
    ['executionArn', undefined, (id) => control.describe(id)],
    ['executionArn', '', (id) => control.stop(id)],
    ['executionArn', null, (id) => control.pause(id)],
    ['executionArn', 5, (id) => control.resume(id)],
    ['executionArn', '', (id) => control.delete(id)],
    ['executionArn', undefined, (id) => all(control.history(id))],
    ['callbackId', undefined, (id) => control.sendCallbackSuccess(id)],
    ['callbackId', '', (id) => control.sendCallbackFailure(id, {})],
    ['callbackId', null, (id) => control.sendCallbackHeartbeat(id)],
    ['functionName', undefined, (id) => control.start({ functionName: id })],
    ['functionName', undefined, () => control.start(undefined as never)],
    ['functionName', '', (id) => control.startAndWait({ functionName: id })],
    ['functionName', undefined, (id) => all(control.list({ functionName: id }))],
    ['executionName', '', (name) => control.start({ functionName: 'orders:live', executionName: name })],
    ['executionName', null, (name) => control.startAndWait({ functionName: 'orders:live', executionName: name })],
    ['result', { a: 1 }, (result) => control.sendCallbackSuccess(CALLBACK, result)],
    ['startedAfter', new Date('tomorrow'), (at) => all(control.list({ functionName: 'orders', startedAfter: at }))],
    ['startedBefore', 'tomorrow', (at) => all(control.list({ functionName: 'orders', startedBefore: at }))],
  ])('names the argument that is wrong, and sends nothing: %s is %j', async (name, id, call) => {
    lambda.willAnswer();

    await expect(call(id as never)).rejects.toMatchObject({
      name: 'DurableControlError',
      code: 'NotSent',
      retryable: false,
      message: expect.stringMatching(new RegExp(`: ${name} must be .* Nothing was sent`)) as string,
    });
    expect(lambda.seen).toHaveLength(0);
  });

  it.each<[string, (options: never) => Promise<unknown>]>([
    ['name', (options) => control.start({ functionName: 'orders:live', ...(options as object) })],
    ['executionname', (options) => control.startAndWait({ functionName: 'orders:live', ...(options as object) })],
    ['status', (options) => all(control.list({ functionName: 'orders', ...(options as object) }))],
    ['newestfirst', (options) => all(control.history(ARN, options))],
    ['includedata', (options) => control.describe(ARN, options)],
    ['timeoutPaused', (options) => control.pause(ARN, options)],
    ['clienttoken', (options) => control.resume(ARN, options)],
  ])('names an option that does not exist, and sends nothing: %s', async (name, call) => {
    lambda.willAnswer();

    await expect(call({ [name]: 'x' } as never)).rejects.toMatchObject({
      name: 'DurableControlError',
      code: 'NotSent',
      retryable: false,
      message: expect.stringContaining(`it has no option "${name}". Its options are: `) as string,
    });
    expect(lambda.seen).toHaveLength(0);
  });

  it('sends nothing to the endpoint of the region when the option of its own endpoint is misspelled', async () => {
    const astray = new DurableControlClient({ region: 'eu-west-1', endpont: lambda.url } as object);

    await expect(astray.describe(ARN)).rejects.toMatchObject({
      retryable: false,
      message: expect.stringContaining(
        'has no option "endpont". Its options are: client, region, endpoint, credentials. For other settings give a LambdaClient',
      ) as string,
    });
  });

  it.each(['localhost:9090', 'not a url', 'ftp://here'])('sends nothing when %s is the endpoint', async (endpoint) => {
    const nowhere = new DurableControlClient({ region: 'eu-west-1', endpoint });

    await expect(nowhere.describe(ARN)).rejects.toMatchObject({
      retryable: false,
      message: expect.stringContaining('Give one with its protocol, such as http://127.0.0.1:9090') as string,
    });
  });

  it('also ends an iteration', async () => {
    lambda.willAnswer(failing(404, 'ResourceNotFoundException'));

    await expect(all(control.history(ARN))).rejects.toMatchObject({ apiName: 'GetDurableExecutionHistory' });
  });

  it('names the variable where the region is missing', () => {
    const error = controlErrorOf('Invoke', new Error('Region is missing'));

    expect(error.message).toMatch(/Region is missing\. Nothing was sent: set AWS_REGION, or give a `region`\.$/);
    expect(error.retryable).toBe(false);
  });

  it('names no status when nobody has answered', () => {
    const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    const error = controlErrorOf('StopDurableExecution', refused);

    expect({ code: error.code, httpStatus: error.httpStatus }).toEqual({ code: 'ECONNREFUSED', httpStatus: undefined });
    expect(error.message).toContain('Check region, endpoint, network and credentials');
  });
});

describe('What a caller changes after a call', () => {
  const changed = 'changed after the call';
  const opened = () => new DurableControlClient({ region: 'eu-west-1', endpoint: lambda.url });

  it.each<[string, string, (client: DurableControlClient, given: Record<string, unknown>) => unknown]>([
    ['stop', 'message', (client, given) => client.stop(ARN, given)],
    ['pause', 'reason', (client, given) => client.pause(ARN, given)],
    ['resume', 'reason', (client, given) => client.resume(ARN, given)],
    ['sendCallbackFailure', 'message', (client, given) => client.sendCallbackFailure(CALLBACK, given)],
  ])('is not sent, also where the code of the call is loaded by it: %s', async (_method, member, call) => {
    lambda.willAnswer(json({ StopTimestamp: epochSeconds(STARTED_AT), DurableExecutions: [] }));
    const given: Record<string, unknown> = { [member]: 'as given' };
    const calling = call(opened(), given);
    given[member] = changed;
    await calling;

    expect(only().body + only().path).not.toContain('changed');
  });

  it('is not asked of a history or a list whose reading begins later', async () => {
    lambda.willAnswer(json({ Events: [] }), json({ DurableExecutions: [] }));
    const ofHistory = { newestFirst: true };
    const ofList = { functionName: 'orders', executionName: 'order-7' };
    const client = opened();
    const [history, list] = [client.history(ARN, ofHistory), client.list(ofList)];
    ofHistory.newestFirst = false;
    ofList.executionName = changed;
    await all(history);
    await all(list);

    const [ofEvents, ofExecutions] = lambda.seen.map(({ path }) => path);
    expect(ofEvents).toContain('ReverseOrder=true');
    expect(ofExecutions).toContain('order-7');
  });
});
