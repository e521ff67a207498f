import { Readable } from 'node:stream';
import { StreamableFile } from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { createLambdaHandler } from 'nestjs-durable-execution';
import { apiGatewayV1, apiGatewayV2, loadBalancer } from '../fixtures/http-events.js';
import { lambdaContext, MemoryService } from '../fixtures/memory-service.js';
import type { Script } from '../fixtures/orders-app.js';
import { plainApp } from '../fixtures/plain-app.js';
import { quietLogger } from '../fixtures/quiet-logger.js';

function start(script: Script, input: unknown) {
  const client = new MemoryService(input);
  const app = plainApp({ client, script, engine: { logger: quietLogger } });
  const handler = createLambdaHandler(app, { adapter: () => new FastifyAdapter(), nest: { logger: false } });
  return {
    client,
    handler,
    invoke: () => handler(client.event(), lambdaContext()) as Promise<Record<string, unknown>>,
  };
}

function breaking(this: Readable): void {
  this.destroy(new RangeError('the disk'));
}

const order = { method: 'POST', path: '/orders', body: { id: 7 } };

describe('An application on Fastify', () => {
  it.each([
    ['API Gateway v1', apiGatewayV1],
    ['API Gateway v2', apiGatewayV2],
    ['a load balancer', loadBalancer],
  ])('runs the @Durable() route for an event of %s, over suspensions', async (_name, event) => {
    const { client, invoke } = start(async (input, context) => {
      await context.wait({ days: 1 });
      return { shipped: input };
    }, event(order));
    expect(await invoke()).toEqual({ Status: 'PENDING' });
    client.passTime();
    const { Status, Result } = await invoke();
    expect(Status).toBe('SUCCEEDED');
    expect(JSON.parse(Result as string)).toMatchObject({ statusCode: 201, body: '{"shipped":{"id":7}}' });
  });

  it('fails the execution with what user code threw', async () => {
    const { invoke } = start(() => Promise.reject(new TypeError('no such article')), apiGatewayV2(order));
    expect(await invoke()).toMatchObject({ Status: 'FAILED', Error: { ErrorType: 'TypeError' } });
  });

  it.each([
    ['a result that is no JSON', () => ({ cents: 1n }), 'TypeError'],
    ['a stream that breaks', () => new StreamableFile(new Readable({ read: breaking })), 'RangeError'],
  ])('fails the execution with what Fastify throws as it writes %s', async (_what, result, ErrorType) => {
    const { client, invoke } = start(async (_input, context) => {
      await context.wait({ days: 1 });
      return result();
    }, apiGatewayV2(order));
    expect(await invoke()).toEqual({ Status: 'PENDING' });
    client.passTime();
    expect(await invoke()).toMatchObject({ Status: 'FAILED', Error: { ErrorType } });
  });

  it('answers plain HTTP requests', async () => {
    const { handler } = start(() => undefined, {});
    const response = await handler(apiGatewayV2({ path: '/health' }), lambdaContext());
    expect(response).toMatchObject({ statusCode: 200, body: '{"ok":true}' });
  });
});
