import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DurableExecutionModule, DurableHealthIndicator } from 'nestjs-durable-execution';
import { startLocalService } from 'nestjs-durable-execution/local';

const REGION = { region: 'us-east-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };

async function indicatorOf(endpoint: string) {
  @Module({
    imports: [DurableExecutionModule.forRoot({ lambda: { endpoint, ...REGION } })],
    providers: [DurableHealthIndicator],
  })
  class AppModule {}
  const app = await NestFactory.createApplicationContext(AppModule, { logger: false });
  return { indicator: app.get(DurableHealthIndicator), close: () => app.close() };
}

async function askedOf(endpoint: string, options = {}) {
  const { indicator, close } = await indicatorOf(endpoint);
  try {
    return await indicator.isHealthy('durable', { functionName: 'orders', ...options });
  } finally {
    await close();
  }
}

describe('DurableHealthIndicator', () => {
  let server: Server | undefined;
  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
    server = undefined;
  });

  async function answering(answer: (response: ServerResponse) => void): Promise<string> {
    server = createServer((_request, response) => answer(response)).listen(0, '127.0.0.1');
    await new Promise((resolve) => server!.once('listening', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  const refusing = (status: number, code: string) =>
    answering((response) => {
      response.writeHead(status, { 'x-amzn-errortype': code, 'content-type': 'application/json' });
      response.end(JSON.stringify({ message: 'no' }));
    });

  it('is up where the API answers', async () => {
    const handler = async () => undefined;
    const functions = { orders: { handler, durable: { executionTimeoutSeconds: 60 } } };
    const service = await startLocalService({ log: () => undefined, functions });
    try {
      expect(await askedOf(service.endpoint)).toEqual({ durable: { status: 'up', latencyMs: expect.any(Number) } });
      expect(await askedOf(service.endpoint, { functionName: 'nobody' })).toMatchObject({ durable: { status: 'up' } });
    } finally {
      await service.close();
    }
  });

  it.each([
    [403, 'AccessDeniedException', 'up'],
    [404, 'ResourceNotFoundException', 'up'],
    [403, 'ExpiredTokenException', 'down'],
    [403, 'UnrecognizedClientException', 'down'],
    [500, 'ServiceException', 'down'],
  ])('takes an answer %i %s for %s', async (status, code, health) => {
    const { durable } = await askedOf(await refusing(status, code), { timeoutMs: 10_000 });

    expect(durable).toMatchObject({ status: health, code });
    expect(durable.message).toContain('no');
  });

  it('is down where nobody listens', async () => {
    const { durable } = await askedOf('http://127.0.0.1:1', { timeoutMs: 10_000 });

    expect(durable).toMatchObject({ status: 'down', message: expect.stringContaining('ECONNREFUSED') as string });
  });

  it('is down where no answer comes in time', async () => {
    let answered!: () => void;
    const late = new Promise<void>((resolve) => (answered = resolve));
    const endpoint = await answering((response) => {
      response.setHeader('connection', 'close');
      response.once('close', answered);
      setTimeout(() => response.end('{}'), 400);
    });
    const { indicator, close } = await indicatorOf(endpoint);

    const { durable } = await indicator.isHealthy('durable', { functionName: 'orders', timeoutMs: 100 });

    expect(durable).toMatchObject({ status: 'down', code: 'timeout' });
    await late;
    await close();
  });

  it('says that it needs a function to ask about', async () => {
    const { indicator, close } = await indicatorOf('http://127.0.0.1:1');

    await expect(indicator.isHealthy()).rejects.toThrow('functionName');
    await close();
  });
});
