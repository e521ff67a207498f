import { BadRequestException, ConflictException, type DynamicModule } from '@nestjs/common';
import { createLambdaHandler } from 'nestjs-durable-execution';
import { ExecutionError } from '../../lib/engine/base/errors/execution-error.js';
import { InvocationError } from '../../lib/engine/base/errors/invocation-error.js';
import { hostileApp, rewritingInterceptor, SilentFilter, strictPipe } from '../fixtures/hostile-app.js';
import { apiGatewayV2 } from '../fixtures/http-events.js';
import { lambdaContext, MemoryService } from '../fixtures/memory-service.js';
import type { OrdersAppOptions, Script } from '../fixtures/orders-app.js';
import { plainApp } from '../fixtures/plain-app.js';
import { quietLogger } from '../fixtures/quiet-logger.js';

interface Output {
  Status: string;
  Result?: string;
  Error?: { ErrorType?: string; ErrorMessage?: string; ErrorData?: string };
}

function start(makeApp: (options: OrdersAppOptions) => DynamicModule, script: Script, route: 'direct' | 'http') {
  const order = { id: 7 };
  const client = new MemoryService(
    route === 'http' ? apiGatewayV2({ method: 'POST', path: '/orders', body: order }) : order,
  );
  const app = makeApp({ client, script, engine: { logger: quietLogger } });
  const handler = createLambdaHandler(app, { nest: { logger: false } });
  return { client, invoke: () => handler(client.event(), lambdaContext()) as Promise<Output> };
}

const apps = [
  { app: 'plain', makeApp: plainApp },
  { app: 'hostile', makeApp: hostileApp },
] as const;
const places = apps.flatMap((each) => (['direct', 'http'] as const).map((route) => ({ ...each, route })));

beforeEach(() => (SilentFilter.caught.length = 0));

describe.each(places)('A @Durable() method in the $app app on the $route route', ({ app, makeApp, route }) => {
  it('suspends although interceptors would rewrite the end of the stream', async () => {
    const { client, invoke } = start(makeApp, async (_order, context) => context.wait({ days: 1 }), route);
    expect(await invoke()).toEqual({ Status: 'PENDING' });
    expect(client.operations.size).toBe(2);
  });

  it('fails the execution with what user code threw, unless an interceptor makes a value of it', async () => {
    const { invoke } = start(makeApp, () => Promise.reject(new TypeError('no such article')), route);
    const output = await invoke();
    if (app === 'plain') {
      const Error = { ErrorType: 'TypeError', ErrorMessage: 'no such article' };
      expect(output).toEqual({ Status: 'FAILED', Error });
    } else {
      expect(output).toMatchObject({ Status: 'SUCCEEDED', Result: expect.stringContaining('no such article') });
    }
    expect(SilentFilter.caught).toEqual([]);
  });

  it('fails the execution at once for an ExecutionError', async () => {
    const { invoke } = start(
      makeApp,
      () => Promise.reject(new ExecutionError('cancelled', { errorData: 'o-7' })),
      route,
    );
    expect(await invoke()).toEqual({
      Status: 'FAILED',
      Error: { ErrorType: 'ExecutionError', ErrorMessage: 'cancelled', ErrorData: 'o-7' },
    });
  });

  it('throws an InvocationError to Lambda', async () => {
    const error = new InvocationError('cold cache');
    const { invoke } = start(makeApp, () => Promise.reject(error), route);
    await expect(invoke()).rejects.toBe(error);
  });

  it('throws to Lambda when a checkpoint fails for now, whatever user code makes of it', async () => {
    const { client, invoke } = start(
      makeApp,
      async (_order, context) => {
        await context.step('reserve', async () => 1).catch(() => 'ignored');
        return 'done';
      },
      route,
    );
    client.interfere = () =>
      Promise.reject(Object.assign(new Error('slow down'), { name: 'TooManyRequestsException' }));
    await expect(invoke()).rejects.toMatchObject({ name: 'CheckpointError' });
  });
});

describe('The direct route', () => {
  it('returns what the pipeline makes of the value of the handler', async () => {
    const { invoke } = start(hostileApp, async () => ({ shipped: true }), 'direct');
    expect(await invoke()).toEqual({ Status: 'SUCCEEDED', Result: '{"rewritten":[{"shipped":true}]}' });
  });

  it('fails with all the reasons of a HttpException', async () => {
    const refusal = new BadRequestException(['id must be a number', 'sku must not be empty']);
    const { invoke } = start(plainApp, () => Promise.reject(refusal), 'direct');
    expect(await invoke()).toEqual({
      Status: 'FAILED',
      Error: {
        ErrorType: 'BadRequestException',
        ErrorMessage: 'id must be a number; sku must not be empty',
        ErrorData: JSON.stringify(refusal.getResponse()),
      },
    });
  });
});

describe('The HTTP route', () => {
  it('succeeds with the response that the pipeline made', async () => {
    const app = (options: OrdersAppOptions) => hostileApp(options, [rewritingInterceptor, strictPipe]);
    const { invoke } = start(app, async () => ({ shipped: true }), 'http');
    const { Status, Result } = await invoke();
    expect(Status).toBe('SUCCEEDED');
    expect(JSON.parse(Result!)).toMatchObject({ statusCode: 201, body: '{"rewritten":[{"shipped":true}]}' });
  });

  it('succeeds with the response to a HttpException', async () => {
    const { invoke } = start(plainApp, () => Promise.reject(new ConflictException('sold out')), 'http');
    const { Status, Result } = await invoke();
    expect(Status).toBe('SUCCEEDED');
    expect(JSON.parse(Result!)).toMatchObject({ statusCode: 409 });
    expect(JSON.parse(JSON.parse(Result!).body)).toMatchObject({ message: 'sold out' });
  });
});
