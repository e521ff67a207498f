import type { ServerResponse } from 'node:http';
import { type CanActivate, Controller, type ExecutionContext, Post, Req, Res, UseGuards } from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Durable, type DurableContext, DurableCtx } from 'nestjs-durable-execution';
import { apiGatewayV2 } from '../fixtures/http-events.js';
import { handlerOf, runExecution } from '../fixtures/nest-execution.js';

interface Answering extends ServerResponse {
  status(code: number): Answering;
  send(body?: unknown): unknown;
  redirect(url: string): unknown;
}

/** What has changed by day three. */
let refuses = false;

/** How a guard refuses. */
const REFUSALS: Record<string, (response: Answering) => unknown> = {
  'a body, and false': (response) => (response.status(401).send({ no: 1 }), false),
  'a redirection, and false': (response) => (response.redirect('/login'), false),
  'a body, and an error': async (response) => {
    response.status(403).send('no');
    throw new Error('refused');
  },
  'a body, and true': (response) => (response.status(403).send('no'), true),
  // As passport's redirecting strategies do.
  'a redirection, and nothing': (response) => {
    response.redirect('/login');
    return new Promise(() => undefined);
  },
  'a status, and false': (response) => (response.status(401), false),
};

const RAW: typeof REFUSALS = {
  'a raw response, and false': (response) => {
    response.writeHead(401, { 'x-no': '1' });
    response.flushHeaders();
    response.write('n');
    response.end('o');
    return false;
  },
};

function appWith(refusal: (response: Answering) => unknown, isFastify = false) {
  const guard: CanActivate = {
    canActivate: (context: ExecutionContext) =>
      (refuses ? refusal(context.switchToHttp().getResponse()) : true) as boolean,
  };
  const next: CanActivate = {
    canActivate: (context: ExecutionContext) => {
      context.switchToHttp().getRequest<{ passed?: boolean }>().passed = true;
      context.switchToHttp().getResponse<{ header(name: string, value: string): void }>().header('x-guard', 'ran');
      return true;
    },
  };

  @Controller()
  class Orders {
    @Post('order')
    @UseGuards(guard, next)
    @Durable('order')
    async order(@DurableCtx() context: DurableContext, @Req() request: { passed?: boolean }): Promise<unknown> {
      await context.step('charge', async () => 1);
      await context.wait('three days', { days: 3 });
      return { shipped: request.passed };
    }

    @Post('own')
    @UseGuards(guard, next)
    @Durable('own')
    async own(@DurableCtx() context: DurableContext, @Res() response: Answering): Promise<void> {
      await context.wait('three days', { days: 3 });
      response.send({ shipped: true });
    }
  }
  return handlerOf({ controllers: [Orders] }, isFastify ? { adapter: () => new FastifyAdapter() } : {});
}

const run = (handler: ReturnType<typeof appWith>, path: string) => {
  refuses = false;
  const input = apiGatewayV2({ method: 'POST', path, body: {} });
  return runExecution(handler, input, { between: () => (refuses = true) });
};

const platforms: Array<[platform: string, isFastify: boolean, refusals: typeof REFUSALS]> = [
  ['Express', false, { ...REFUSALS, ...RAW }],
  ['Fastify', true, REFUSALS],
];

it('A guard that responds first, and lets the execution go on, does so in every invocation', async () => {
  const accepting: CanActivate = {
    canActivate: async (context: ExecutionContext) => {
      context.switchToHttp().getResponse<Answering>().status(202).send({ accepted: true });
      await new Promise((resolve) => setTimeout(resolve, 20));
      return true;
    },
  };

  @Controller()
  class Orders {
    @Post('order')
    @UseGuards(accepting)
    @Durable('order')
    async order(@DurableCtx() context: DurableContext, @Res() _response: unknown): Promise<void> {
      await context.step('charge', async () => 1);
      await context.wait('three days', { days: 3 });
      await context.step('ship', async () => 1);
    }
  }
  const input = apiGatewayV2({ method: 'POST', path: '/order', body: {} });
  const result = await runExecution(handlerOf({ controllers: [Orders] }), input);
  const names = ['charge', 'three days', 'ship'];
  expect(result).toMatchObject({ status: 'SUCCEEDED', statusCode: 202, body: { accepted: true }, names });
});

describe.each(platforms)('A guard of an admitted execution on %s', (_platform, isFastify, refusals) => {
  it.each(Object.entries(refusals))('is ignored when it refuses by %s', async (_how, refusal) => {
    const result = await run(appWith(refusal, isFastify), '/order');
    expect(result).toMatchObject({ status: 'SUCCEEDED', statusCode: 201, body: { shipped: true } });
    const { headers } = result.result as { headers: Record<string, string> };
    expect(headers).toMatchObject({ 'x-guard': 'ran', 'content-length': '16' });
    expect(headers).not.toHaveProperty('location');
    expect(headers).not.toHaveProperty('x-no');
  });

  it.each(Object.entries(refusals))('sets no status of a response that the method sends: %s', async (_how, refusal) => {
    const result = await run(appWith(refusal, isFastify), '/own');
    expect(result).toMatchObject({ status: 'SUCCEEDED', body: { shipped: true } });
    expect([200, 201]).toContain(result.statusCode);
  });

  it.each(Object.entries(refusals).filter(([how]) => !how.includes('status') && !how.endsWith('true')))(
    'sends its response until the execution is admitted: %s',
    async (_how, refusal) => {
      const handler = appWith(refusal, isFastify);
      refuses = true;
      const result = await runExecution(handler, apiGatewayV2({ method: 'POST', path: '/order', body: {} }));
      expect(result).toMatchObject({ status: 'SUCCEEDED', names: [] });
      expect([302, 401, 403]).toContain(result.statusCode);
    },
  );
});
