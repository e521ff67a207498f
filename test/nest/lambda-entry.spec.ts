import { type DynamicModule, forwardRef, Module, type Type } from '@nestjs/common';
import { createLambdaHandler } from 'nestjs-durable-execution';
import { DurableExecutionInvocationInputWithClient } from 'nestjs-durable-execution/engine';
import { apiGatewayV1, apiGatewayV2, loadBalancer } from '../fixtures/http-events.js';
import { lambdaContext, MemoryService } from '../fixtures/memory-service.js';
import { plainApp } from '../fixtures/plain-app.js';
import type { Script } from '../fixtures/orders-app.js';

const quiet = { logger: false } as const;

function start(script: Script, input: unknown) {
  const client = new MemoryService(input);
  const handler = createLambdaHandler(plainApp({ client, script }), { nest: quiet });
  return { client, handler, invoke: () => handler(client.event(), lambdaContext()) };
}

function classOf(app: DynamicModule): Type {
  @Module({ imports: [app] })
  class AppModule {}
  return AppModule;
}

describe('createLambdaHandler', () => {
  it('runs the only @Durable() provider method for a durable invocation', async () => {
    const { invoke } = start(async (order, context) => context.step('ship', async () => ({ shipped: order })), {
      id: 7,
    });
    expect(await invoke()).toEqual({ Status: 'SUCCEEDED', Result: JSON.stringify({ shipped: { id: 7 } }) });
  });

  it.each<[string, (app: DynamicModule) => Parameters<typeof createLambdaHandler>[0]]>([
    ['a class', (app) => classOf(app)],
    ['a dynamic module', (app) => app],
    ['a forwardRef()', (app) => forwardRef(() => classOf(app))],
    ['a promise', async (app) => app],
    ['the metadata of a module', (app) => ({ imports: [app] })],
  ])('accepts %s as the root module, as NestFactory does', async (_what, rootOf) => {
    const client = new MemoryService({});
    const app = plainApp({ client, script: async () => 'done' });
    const handler = createLambdaHandler(rootOf(app), { nest: quiet });
    expect(await handler(client.event(), lambdaContext())).toEqual({ Status: 'SUCCEEDED', Result: '"done"' });
  });

  it('suspends, and goes on where it was', async () => {
    let steps = 0;
    const { client, invoke } = start(async (_order, context) => {
      await context.step('reserve', async () => (steps += 1));
      await context.wait('a day', { days: 1 });
      return 'done';
    }, {});
    expect(await invoke()).toEqual({ Status: 'PENDING' });
    client.passTime();
    expect(await invoke()).toEqual({ Status: 'SUCCEEDED', Result: '"done"' });
    expect(steps).toBe(1);
  });

  it.each([
    ['without a context', []],
    ['with an empty context', [{} as never]],
  ])('runs executions and requests %s, as tests and scripts call it', async (_what, context) => {
    const { client, handler } = start(async (_order, durable) => {
      await durable.wait('a day', { days: 1 });
      return durable.step('ship', async () => 'shipped');
    }, {});
    const call = handler as (event: unknown, ...context: never[]) => Promise<unknown>;
    expect(await call(client.event(), ...context)).toEqual({ Status: 'PENDING' });
    client.passTime();
    expect(await call(client.event(), ...context)).toEqual({ Status: 'SUCCEEDED', Result: '"shipped"' });
    expect(await call(apiGatewayV2({ path: '/nowhere' }), ...context)).toMatchObject({ statusCode: 404 });
  });

  it('answers to the client that a local runner brings in the event', async () => {
    const { client, handler } = start(async (_order, context) => context.step('ship', async () => 'shipped'), {});
    const brought = new MemoryService({});
    const event = new DurableExecutionInvocationInputWithClient(brought.event(), brought);
    expect(await handler(event, lambdaContext())).toEqual({ Status: 'SUCCEEDED', Result: '"shipped"' });
    expect(brought.updates).toHaveLength(2);
    expect(client.calls).toEqual([]);
  });

  it('tells plugins of the executions that it runs', async () => {
    const told: string[] = [];
    const plugin = { onInvocationEnd: async ({ status }: { status: string }) => void told.push(status) };
    const client = new MemoryService({});
    const app = plainApp({ client, script: async () => 'done', engine: { plugins: [plugin] } });
    await createLambdaHandler(app, { nest: quiet })(client.event(), lambdaContext());
    expect(told).toEqual(['SUCCEEDED']);
  });

  it.each([
    ['API Gateway v1', apiGatewayV1],
    ['API Gateway v2', apiGatewayV2],
    ['a load balancer', loadBalancer],
  ])('runs the @Durable() route for an execution whose input is an event of %s', async (_name, event) => {
    const { invoke } = start(
      async (order, context) => context.step('ship', async () => ({ shipped: order })),
      event({ method: 'POST', path: '/orders', body: { id: 7 } }),
    );
    const output = (await invoke()) as { Status: string; Result: string };
    expect(output.Status).toBe('SUCCEEDED');
    expect(JSON.parse(output.Result)).toMatchObject({
      statusCode: 201,
      body: JSON.stringify({ shipped: { id: 7 } }),
      isBase64Encoded: false,
    });
  });

  it('answers plain HTTP requests', async () => {
    const { handler } = start(() => undefined, {});
    const response = await handler(apiGatewayV2({ path: '/health' }), lambdaContext());
    expect(response).toMatchObject({ statusCode: 200, body: '{"ok":true}' });
  });

  it('says how to configure the function when a plain request reaches a @Durable() route', async () => {
    const { handler } = start(() => undefined, {});
    const request = apiGatewayV2({ method: 'POST', path: '/orders', body: {} });
    const response = (await handler(request, lambdaContext())) as { statusCode: number; body: string };
    expect(response.statusCode).toBe(501);
    expect(JSON.parse(response.body).message).toContain('DurableConfig');
  });
});
